//! When a connection has to be closed, and why.

use std::time::Duration;

use futures_util::{
    FutureExt,
    future::{self, BoxFuture},
};
use tokio::{sync::watch, time::sleep};

use super::{close::Close, sockets::SocketGuard};

/// How long the connection stays open after the end of its session, for subscriptions to send their last payloads.
const LAST_MESSAGES: Duration = Duration::from_secs(3);

/// Everything that can end a connection from the side of the server.
pub(super) struct Deadlines {
    guard: SocketGuard,
    stopping: watch::Receiver<bool>,
    /// First the timeout for `connection_init`, then the expiry of the token, then the end of the last messages.
    deadline: BoxFuture<'static, Close>,
    /// Completes when the session ends.
    session_end: BoxFuture<'static, ()>,
    has_session_ended: bool,
}

impl Deadlines {
    /// A connection that must be initialised within this time.
    pub(super) fn new(guard: SocketGuard, stopping: watch::Receiver<bool>, init_timeout: Duration) -> Self {
        Self {
            guard,
            stopping,
            deadline: sleep(init_timeout).map(|()| Close::NOT_INITIALISED).boxed(),
            session_end: future::pending().boxed(),
            has_session_ended: false,
        }
    }

    /// The client has authenticated: from now on, the expiry of its token and the end of its session close the
    /// connection.
    pub(super) fn authenticated(&mut self, expires_in: Duration, session_end: BoxFuture<'static, ()>) {
        self.deadline = sleep(expires_in).map(|()| Close::EXPIRED).boxed();
        self.session_end = session_end;
    }

    pub(super) fn guard(&self) -> &SocketGuard {
        &self.guard
    }

    pub(super) fn has_session_ended(&self) -> bool {
        self.has_session_ended
    }

    /// Waits until the connection has to be closed. Returns `None` once, when the session ends: subscriptions may then
    /// send their last payloads.
    pub(super) async fn next(&mut self) -> Option<Close> {
        tokio::select! {
            biased;
            close = self.guard.closed() => Some(close),
            () = stopped(&mut self.stopping) => Some(Close::GOING_AWAY),
            close = &mut self.deadline => Some(close),
            () = &mut self.session_end, if !self.has_session_ended => {
                self.has_session_ended = true;
                self.deadline = sleep(LAST_MESSAGES).map(|()| Close::REVOKED).boxed();
                None
            }
        }
    }
}

async fn stopped(stopping: &mut watch::Receiver<bool>) {
    let _ = stopping.wait_for(|stopping| *stopping).await;
}
