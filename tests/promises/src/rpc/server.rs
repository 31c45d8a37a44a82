//! The server process that is killed, frozen and flooded. It serves the trial service and ends with its standard input.

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Duration;

use rustix::process::{Resource, Rlimit, setrlimit};
use sinew::{Ctx, Limits, Rx, Server, Status, Tx};
use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpSocket};

use super::door::{self, Carrier};
use super::ledger::Ledger;
use super::node::Program;
use crate::idl::trial;

/// The arguments of a server process.
#[derive(Clone, Debug, Default)]
pub struct Orders {
    /// Where to listen; port 0 takes a free one.
    pub address: String,
    /// What connections run over.
    pub carrier: Carrier,
    /// The ledger, if calls are recorded.
    pub ledger: Option<PathBuf>,
    /// How many calls a connection may have in flight; 0 for the default.
    pub calls: usize,
    /// A tenth of the default times, and small buffers in the system.
    pub brisk: bool,
    /// How many files the process may have open; 0 for the system's limit.
    pub files: u64,
}

impl Orders {
    /// Listens on a unique address.
    pub fn on(program: &Program, carrier: Carrier) -> Self {
        Self {
            address: carrier.address(program),
            carrier,
            ..Self::default()
        }
    }

    /// As arguments.
    pub fn arguments(&self) -> Vec<String> {
        let ledger = self.ledger.as_ref().map(|path| path.display().to_string());
        vec![
            self.address.clone(),
            format!("{:?}", self.carrier),
            ledger.unwrap_or_default(),
            self.calls.to_string(),
            self.brisk.to_string(),
            self.files.to_string(),
        ]
    }

    /// Parses the arguments.
    pub fn parse(arguments: &[String]) -> Option<Self> {
        let [address, carrier, ledger, calls, brisk, files] = arguments else {
            return None;
        };
        Some(Self {
            address: address.clone(),
            carrier: Carrier::named(carrier)?,
            ledger: (!ledger.is_empty()).then(|| PathBuf::from(ledger)),
            calls: calls.parse().ok()?,
            brisk: brisk.parse().ok()?,
            files: files.parse().ok()?,
        })
    }

    /// The limits of the server.
    pub fn limits(&self) -> Limits {
        let mut limits = Limits::default();
        if self.calls > 0 {
            limits.calls = self.calls;
        }
        if self.brisk {
            for time in [
                &mut limits.handshake,
                &mut limits.frame_time,
                &mut limits.frame_grace,
                &mut limits.write_stall,
                &mut limits.keepalive,
                &mut limits.keepalive_answer,
            ] {
                *time /= 10;
            }
        }
        limits
    }
}

/// Serves until the standard input ends, then lets the calls in flight finish. The first line of the output is for [`Door::told`].
///
/// [`Door::told`]: super::door::Door::told
///
/// # Errors
/// If the port or the ledger cannot be opened.
pub fn run(orders: &Orders) -> io::Result<()> {
    if orders.files > 0 {
        let files = Some(orders.files);
        setrlimit(
            Resource::Nofile,
            Rlimit {
                current: files,
                maximum: files,
            },
        )?;
    }
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    runtime
        .worker_threads(2)
        .enable_all()
        .build()?
        .block_on(serve(orders))
}

async fn serve(orders: &Orders) -> io::Result<()> {
    let ledger = orders
        .ledger
        .as_deref()
        .map(Ledger::append_to)
        .transpose()?;
    let server = Server::new()
        .add(trial::LedgerServer::new(Trial { ledger }))
        .limits(orders.limits());
    let (server, told) = door::behind(orders.carrier, server)?;
    let listening = match orders.carrier {
        Carrier::Unix => server.bind(&*orders.address).await,
        _ => server.listen(bind(orders).await?),
    };
    let listening = listening.map_err(io::Error::other)?;
    println!("{} {told}", listening.local_addr());
    io::stdout().flush()?;
    listening.run_until(input_ends()).await;
    Ok(())
}

/// Opens the port. A client that dials it in vain may hold it for a moment.
async fn bind(orders: &Orders) -> io::Result<TcpListener> {
    let mut tries = 0;
    loop {
        match listen(orders) {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && tries < 200 => {
                tries += 1;
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            bound => return bound,
        }
    }
}

fn listen(orders: &Orders) -> io::Result<TcpListener> {
    /// The system's send buffer, for trials with clients that do not read: by default it could be megabytes.
    const KEPT: u32 = 16 << 10;
    /// The backlog.
    const AHEAD: u32 = 4096;
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    if orders.brisk {
        socket.set_send_buffer_size(KEPT)?;
    }
    socket.bind(orders.address.parse().map_err(io::Error::other)?)?;
    socket.listen(AHEAD)
}

async fn input_ends() {
    // Whatever ended the input, there is nobody left to serve.
    let _ = tokio::io::stdin().read_to_end(&mut Vec::new()).await;
}

/// The service, with or without a ledger.
#[derive(Default)]
pub(super) struct Trial {
    ledger: Option<Ledger>,
}

impl Trial {
    async fn record(&self, id: u64, work_us: u32) -> Result<u64, Status> {
        if let Some(ledger) = &self.ledger {
            ledger
                .note(id)
                .map_err(|error| Status::internal(error.to_string()))?;
        }
        tokio::time::sleep(Duration::from_micros(work_us.into())).await;
        Ok(id)
    }
}

impl trial::Ledger for Trial {
    async fn once(&self, _: Ctx, id: u64, work_us: u32) -> Result<u64, Status> {
        self.record(id, work_us).await
    }

    async fn again(&self, _: Ctx, id: u64, work_us: u32) -> Result<u64, Status> {
        self.record(id, work_us).await
    }

    async fn echo(&self, _: Ctx, data: Vec<u8>) -> Result<Vec<u8>, Status> {
        Ok(data)
    }

    async fn blob(&self, _: Ctx, size: u32) -> Result<Vec<u8>, Status> {
        Ok(vec![7; size as usize])
    }

    async fn hold(&self, cx: Ctx, data: Vec<u8>) -> Result<(), Status> {
        cx.cancelled().await;
        drop(data);
        Ok(())
    }

    async fn count(&self, _: Ctx, mut words: Rx<String>) -> Result<u64, Status> {
        let mut count = 0;
        while words.recv().await?.is_some() {
            count += 1;
        }
        Ok(count)
    }

    async fn pieces(
        &self,
        _: Ctx,
        size: u32,
        count: u32,
        mut out: Tx<Vec<u8>>,
    ) -> Result<(), Status> {
        let piece = vec![7; size as usize];
        for _ in 0..count {
            out.send_ref(&piece).await?;
        }
        Ok(())
    }
}
