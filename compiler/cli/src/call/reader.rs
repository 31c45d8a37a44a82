//! Whoever reads the output stream, while there is nothing to write: `sinew call … | head -1` need not wait for another message.

use std::future::pending;

/// Ready once nobody reads the output stream any more. Never where the system does not say so: of files, and on some systems.
pub(super) async fn gone() {
    #[cfg(unix)]
    if watch().await.is_ok() {
        return;
    }
    pending().await
}

/// # Errors
/// It is nothing that can be watched.
#[cfg(unix)]
async fn watch() -> std::io::Result<()> {
    use std::os::fd::AsFd;

    use tokio::io::Interest;
    use tokio::net::unix::pipe::Sender;

    let out = std::io::stdout().as_fd().try_clone_to_owned()?;
    // As it is, so that whoever writes still waits; nothing is written here.
    let out = Sender::from_owned_fd_unchecked(out)?;
    out.ready(Interest::ERROR).await.map(drop)
}
