//! A wire between the server and its PostgreSQL that a test can cut, hold and mend, and that counts what is asked.

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

/// What the wire does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wire {
    /// Carries.
    Whole,
    /// Is open and carries nothing.
    Silent,
    /// Is cut, and refuses to be picked up.
    Cut,
    /// Is torn: as when a machine on the way forgot the connection.
    Torn,
}

/// Stands where the database would.
pub struct Proxy {
    pub address: SocketAddr,
    wire: watch::Sender<Wire>,
    questions: Arc<AtomicUsize>,
}

/// Counts the statements in what a client of PostgreSQL sends (its manual, §54.7).
struct Counter {
    questions: Arc<AtomicUsize>,
    /// What has come of the next message so far.
    begun: Vec<u8>,
    /// The first message has no letter.
    started: bool,
}

impl Proxy {
    /// In front of this address.
    pub async fn start(target: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (wire, state) = watch::channel(Wire::Whole);
        let target: Arc<str> = target.into();
        let questions = Arc::<AtomicUsize>::default();
        let asked = Arc::clone(&questions);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                if !matches!(*state.borrow(), Wire::Cut | Wire::Torn) {
                    let counter = Counter { questions: Arc::clone(&asked), begun: Vec::new(), started: false };
                    tokio::spawn(carry(client, Arc::clone(&target), state.clone(), counter));
                }
            }
        });
        Self { address, wire, questions }
    }

    /// How many statements went over the wire.
    pub fn questions(&self) -> usize {
        self.questions.load(Ordering::Relaxed)
    }

    pub fn set(&self, wire: Wire) {
        self.wire.send_replace(wire);
    }
}

async fn carry(client: TcpStream, target: Arc<str>, mut state: watch::Receiver<Wire>, mut counter: Counter) {
    let Ok(server) = TcpStream::connect(&*target).await else { return };
    let (mut from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let torn = tokio::select! {
        () = one_way(&mut from_client, to_server, state.clone(), |bytes| counter.read(bytes)) => false,
        () = one_way(from_server, to_client, state.clone(), |_| {}) => false,
        wire = state.wait_for(|wire| matches!(wire, Wire::Cut | Wire::Torn)) => wire.is_ok_and(|wire| *wire == Wire::Torn),
    };
    if torn {
        from_client.as_ref().set_zero_linger().expect("a socket");
    }
}

async fn one_way(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    mut state: watch::Receiver<Wire>,
    mut seen: impl FnMut(&[u8]),
) {
    let mut buffer = [0; 8192];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        seen(&buffer[..read]);
        if state.wait_for(|wire| *wire == Wire::Whole).await.is_err() || to.write_all(&buffer[..read]).await.is_err() {
            return;
        }
    }
}

impl Counter {
    fn read(&mut self, bytes: &[u8]) {
        self.begun.extend(bytes);
        loop {
            let letter = usize::from(self.started);
            let Some(length) = self.begun.get(letter..letter + 4) else { return };
            let whole = letter + u32::from_be_bytes(length.try_into().expect("four bytes")) as usize;
            if self.begun.len() < whole {
                return;
            }
            let message: Vec<u8> = self.begun.drain(..whole).collect();
            match (self.started, message[0]) {
                // Execute, and Query.
                (true, b'E' | b'Q') => drop(self.questions.fetch_add(1, Ordering::Relaxed)),
                (true, _) => {}
                // A client that asks for TLS first, and hears no, starts once more.
                (false, _) => self.started = message[4..8] != 80_877_103_u32.to_be_bytes(),
            }
        }
    }
}
