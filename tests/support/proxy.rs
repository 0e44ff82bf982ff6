//! A TCP proxy in front of PostgreSQL or a mail server: a test can interrupt its connections and count statements.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
};

use super::database::TestDatabase;

/// What the proxy does with connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// Forwards all bytes.
    Up,
    /// Keeps connections open and forwards nothing.
    Silent,
    /// Closes connections and refuses new ones.
    Down,
    /// Resets connections and refuses new ones, as when a router has forgotten them.
    Reset,
}

/// A proxy in front of a server.
pub struct Proxy {
    pub address: SocketAddr,
    link: watch::Sender<Link>,
    statements: Arc<AtomicUsize>,
}

/// Counts the statements that a client of PostgreSQL sends (PostgreSQL's documentation, section 54.7).
struct Counter {
    statements: Arc<AtomicUsize>,
    /// The received part of the next message.
    begun: Vec<u8>,
    /// Whether the startup message has been read, the only one without a type byte.
    started: bool,
}

impl Proxy {
    /// Starts a proxy that forwards to this address.
    pub async fn start(target: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (link, state) = watch::channel(Link::Up);
        let target: Arc<str> = target.into();
        let statements = Arc::<AtomicUsize>::default();
        let shared = Arc::clone(&statements);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                if !matches!(*state.borrow(), Link::Down | Link::Reset) {
                    let counter = Counter { statements: Arc::clone(&shared), begun: Vec::new(), started: false };
                    tokio::spawn(forward(client, Arc::clone(&target), state.clone(), counter));
                }
            }
        });
        Self { address, link, statements }
    }

    /// Starts a proxy in front of a PostgreSQL database, and returns the database's URL through the proxy.
    pub async fn in_front_of(database: &TestDatabase) -> (Self, String) {
        let (user, location) = database.url.strip_prefix("postgres://").unwrap().rsplit_once('@').unwrap();
        let (server, name) = location.split_once('/').unwrap();
        let proxy = Self::start(server.to_owned()).await;
        let url = format!("postgres://{user}@{}/{name}", proxy.address);
        (proxy, url)
    }

    /// How many statements the proxy has forwarded.
    pub fn statements(&self) -> usize {
        self.statements.load(Ordering::Relaxed)
    }

    pub fn set(&self, link: Link) {
        self.link.send_replace(link);
    }
}

async fn forward(client: TcpStream, target: Arc<str>, mut state: watch::Receiver<Link>, mut counter: Counter) {
    let Ok(server) = TcpStream::connect(&*target).await else { return };
    let (mut from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let reset = tokio::select! {
        () = one_way(&mut from_client, to_server, state.clone(), |bytes| counter.read(bytes)) => false,
        () = one_way(from_server, to_client, state.clone(), |_| {}) => false,
        link = state.wait_for(|link| matches!(link, Link::Down | Link::Reset)) => link.is_ok_and(|link| *link == Link::Reset),
    };
    if reset {
        from_client.as_ref().set_zero_linger().expect("a socket");
    }
}

async fn one_way(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    mut state: watch::Receiver<Link>,
    mut seen: impl FnMut(&[u8]),
) {
    let mut buffer = [0; 8192];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        seen(&buffer[..read]);
        if state.wait_for(|link| *link == Link::Up).await.is_err() || to.write_all(&buffer[..read]).await.is_err() {
            return;
        }
    }
}

impl Counter {
    fn read(&mut self, bytes: &[u8]) {
        self.begun.extend(bytes);
        loop {
            let type_byte = usize::from(self.started);
            let Some(length) = self.begun.get(type_byte..type_byte + 4) else { return };
            let whole = type_byte + u32::from_be_bytes(length.try_into().expect("four bytes")) as usize;
            if self.begun.len() < whole {
                return;
            }
            let message: Vec<u8> = self.begun.drain(..whole).collect();
            match (self.started, message[0]) {
                // Execute and Query.
                (true, b'E' | b'Q') => drop(self.statements.fetch_add(1, Ordering::Relaxed)),
                (true, _) => {}
                // After a request for TLS that the server refuses, the client sends the startup message.
                (false, _) => self.started = message[4..8] != 80_877_103_u32.to_be_bytes(),
            }
        }
    }
}
