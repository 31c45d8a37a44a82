//! Shutdown signals: when the system wants the process to end. Feature `signal`.

use std::future::{Future, poll_fn};
use std::io;
use std::task::Poll;

use crate::{Result, Status};

/// Ready once the process is told to end: by SIGTERM or SIGINT (Ctrl-C), on Windows by Ctrl-C, Ctrl-Break, closing the
/// console or a shutdown. From then on neither the first nor a second such signal ends the process by itself.
///
/// ```no_run
/// # async fn run(greeter: impl sinew::NamedService) -> sinew::Result<()> {
/// use sinew::{Server, signal};
///
/// let told = signal::terminated()?;
/// Server::new().add(greeter).serve_until("127.0.0.1:7000", told).await
/// # }
/// ```
///
/// # Errors
/// [`Code::Internal`](crate::Code::Internal) if the system does not let the process watch for signals.
///
/// # Panics
/// Outside of a tokio runtime with I/O enabled.
pub fn terminated() -> Result<impl Future<Output = ()> + Send> {
    watch().map_err(|error| {
        Status::internal(format!("cannot watch for signals: {error}")).with_source(error)
    })
}

#[cfg(unix)]
fn watch() -> io::Result<impl Future<Output = ()> + Send> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut signals = [
        signal(SignalKind::terminate())?,
        signal(SignalKind::interrupt())?,
    ];
    Ok(poll_fn(move |cx| {
        match signals
            .iter_mut()
            .any(|signal| signal.poll_recv(cx).is_ready())
        {
            true => Poll::Ready(()),
            false => Poll::Pending,
        }
    }))
}

#[cfg(windows)]
fn watch() -> io::Result<impl Future<Output = ()> + Send> {
    use tokio::signal::windows::{ctrl_break, ctrl_c, ctrl_close, ctrl_shutdown};

    let mut signals = (ctrl_c()?, ctrl_break()?, ctrl_close()?, ctrl_shutdown()?);
    Ok(poll_fn(move |cx| {
        let (c, pause, close, shutdown) = &mut signals;
        let told = c.poll_recv(cx).is_ready() || pause.poll_recv(cx).is_ready();
        match told || close.poll_recv(cx).is_ready() || shutdown.poll_recv(cx).is_ready() {
            true => Poll::Ready(()),
            false => Poll::Pending,
        }
    }))
}
