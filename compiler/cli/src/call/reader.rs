//! Notices that nobody reads the output stream any more, even while there is nothing to write: `sinew call … | head`
//! then ends without waiting for another message.

use std::future::pending;

/// Completes once nobody reads the output stream any more. Never for files, and on systems that do not report it.
pub(super) async fn gone() {
    #[cfg(unix)]
    if watch().await.is_ok() {
        return;
    }
    pending().await
}

/// # Errors
/// If it is not something that can be watched.
#[cfg(unix)]
async fn watch() -> std::io::Result<()> {
    use std::os::fd::AsFd;

    use tokio::io::Interest;
    use tokio::net::unix::pipe::Sender;

    let out = std::io::stdout().as_fd().try_clone_to_owned()?;
    // Unchecked, because the usual constructor would make the pipe non-blocking for the code that writes to it.
    let out = Sender::from_owned_fd_unchecked(out)?;
    out.ready(Interest::ERROR).await.map(drop)
}
