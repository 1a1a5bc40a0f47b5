//! A loopback proxy that renames: what goes through it is made under other names than it was asked for, and told under those that it
//! was asked for. So an app of ours becomes one that others have made.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::http::{Request, Response};

/// A text, and the one that takes its place.
type Pair = (&'static str, &'static str);

/// The proxy. It ends when this is dropped.
pub struct Renaming {
    address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    upstream: String,
    pairs: Vec<Pair>,
    ended: AtomicBool,
}

impl Renaming {
    /// Stands before `upstream`, an `http://host:port`. Where a body says how long its texts are, both of a pair have one length.
    pub fn start(upstream: &str, pairs: &[Pair]) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let address = listener.local_addr().expect("an address");
        let upstream = upstream.trim_start_matches("http://").to_owned();
        let shared = Arc::new(Shared { upstream, pairs: pairs.to_vec(), ended: AtomicBool::new(false) });
        let serving = Arc::clone(&shared);
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if serving.ended.load(Ordering::SeqCst) {
                    break;
                }
                let shared = Arc::clone(&serving);
                std::thread::spawn(move || shared.serve(client));
            }
        });
        Self { address, shared }
    }

    /// Where it answers.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Renaming {
    fn drop(&mut self) {
        self.shared.ended.store(true, Ordering::SeqCst);
        // Wakes the listener, which then sees that it is over. If nobody listens any more, that is as well.
        let _ = TcpStream::connect(self.address);
    }
}

impl Shared {
    fn serve(&self, mut client: TcpStream) {
        while let Ok(Some(request)) = Request::read(&mut client) {
            let there =
                |bytes: &[u8]| self.pairs.iter().fold(bytes.to_vec(), |all, (from, to)| renamed(&all, from, to));
            let back = |bytes: &[u8]| self.pairs.iter().fold(bytes.to_vec(), |all, (from, to)| renamed(&all, to, from));
            let Ok(answer) = Response::fetch(&self.upstream, &request.with(there)) else { return };
            if answer.whole().with(back).write(&mut client).is_err() {
                return;
            }
        }
    }
}

fn renamed(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    let (mut all, mut rest) = (Vec::with_capacity(bytes.len()), bytes);
    while let Some(at) = rest.windows(from.len()).position(|text| text == from.as_bytes()) {
        all.extend_from_slice(&rest[..at]);
        all.extend_from_slice(to.as_bytes());
        rest = &rest[at + from.len()..];
    }
    all.extend_from_slice(rest);
    all
}
