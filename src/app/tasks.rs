//! The background tasks of a server: sending mails, deleting expired rows, and reloading signing keys.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::oneshot,
    task::JoinHandle,
    time::{interval, timeout},
};

use super::Services;
use crate::{accounts::Accounts, secrets::KeyFolder};

/// How often the folder with the signing keys is read.
const RELOAD_KEYS: Duration = Duration::from_secs(2);

/// How often expired rows are deleted.
const CLEANUP: Duration = Duration::from_mins(10);

/// How long a server that stops waits for mails that are being sent. A mail that takes longer is sent again later.
const LAST_MAILS: Duration = Duration::from_secs(32);

/// The background tasks of a running server.
pub(super) struct Tasks {
    mail: JoinHandle<()>,
    stop_mail: oneshot::Sender<()>,
    others: Vec<JoinHandle<()>>,
}

impl Tasks {
    /// Starts the tasks that these services need.
    pub(super) fn start(services: &Services) -> Self {
        let accounts = || Arc::clone(&services.accounts);
        let (stop_mail, stopped) = oneshot::channel();
        let mail = tokio::spawn(send_mail(accounts(), stopped));
        let mut tasks = Self { mail, stop_mail, others: Vec::new() };
        tasks.add(delete_expired_rows(accounts()));
        if let Some(folder) = services.key_folder.clone() {
            tasks.add(reload_keys(folder, accounts()));
        }
        tasks
    }

    /// Starts another task, which is aborted when the server stops.
    pub(super) fn add(&mut self, task: impl Future<Output = ()> + Send + 'static) {
        self.others.push(tokio::spawn(task));
    }

    /// Waits for mails that are being sent, for a limited time, and aborts all other tasks.
    pub(super) async fn stop(mut self) {
        drop(self.stop_mail);
        if timeout(LAST_MAILS, &mut self.mail).await.is_err() {
            self.mail.abort();
        }
        for task in self.others {
            task.abort();
        }
    }
}

/// Sends mails until `stopped` completes.
async fn send_mail(accounts: Arc<Accounts>, stopped: oneshot::Receiver<()>) {
    let stop = async {
        let _ = stopped.await;
    };
    accounts.send_mail(stop).await;
}

/// Deletes expired rows at regular intervals.
async fn delete_expired_rows(accounts: Arc<Accounts>) {
    let mut times = interval(CLEANUP);
    loop {
        times.tick().await;
        match accounts.clean_up().await {
            Ok(0) => {}
            Ok(rows) => tracing::info!(target: "latchkey::server", rows, "expired rows deleted"),
            Err(fault) => tracing::warn!(target: "latchkey::server", %fault, "expired rows not deleted"),
        }
    }
}

/// Reloads the signing keys at regular intervals, so that a rotation needs no restart. Problems are logged when they
/// change.
async fn reload_keys(folder: KeyFolder, accounts: Arc<Accounts>) {
    let mut times = interval(RELOAD_KEYS);
    let mut logged = Vec::new();
    loop {
        times.tick().await;
        let folder = folder.clone();
        let read = tokio::task::spawn_blocking(move || folder.read()).await;
        let problems: Vec<String> = match read {
            Ok(Ok((keys, bad))) => {
                accounts.use_keys(keys);
                let none = (!accounts.can_sign()).then(|| "no key signs".to_owned());
                bad.iter().map(ToString::to_string).chain(none).collect()
            }
            // The server keeps the keys that it has: the folder may be readable again next time.
            Ok(Err(error)) => vec![error.to_string()],
            Err(error) => vec![error.to_string()],
        };
        if problems != logged {
            for problem in &problems {
                tracing::warn!(target: "latchkey::keys", problem, "signing key not usable");
            }
            logged = problems;
        }
    }
}
