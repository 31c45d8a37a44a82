//! Crates outside this repository, which depend on the packages by path and are built with cargo, offline.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cases::{entries, relative, repository};

/// A folder to build crates in. It is removed on drop, unless it is kept.
pub struct Stranger {
    folder: PathBuf,
    /// Files written, if the folder is kept.
    written: Option<RefCell<BTreeSet<PathBuf>>>,
}

/// The result of a cargo command.
pub struct Ran {
    /// Whether it succeeded.
    pub success: bool,
    /// Standard output of cargo or of the program.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Stranger {
    /// An empty folder called `name`, with the versions of dependencies that this repository is tested with.
    pub fn new(name: &str) -> Self {
        // The same folder in every run, so that cargo can reuse what it has built, but a different one for each clone.
        let mut hasher = DefaultHasher::new();
        repository().hash(&mut hasher);
        let folder = env::temp_dir().join(format!("sinew-{name}-{:016x}", hasher.finish()));
        remove(&folder);
        let stranger = Self {
            folder,
            written: None,
        };
        stranger.with_lock()
    }

    /// A folder called `name` that is kept for the next run, so that cargo rebuilds only what has changed. It is in the
    /// target folder of this repository.
    pub fn kept(name: &str) -> Self {
        let stranger = Self {
            folder: target().join("crates").join(name),
            written: Some(RefCell::default()),
        };
        stranger.with_lock()
    }

    fn with_lock(self) -> Self {
        let lock = fs::read_to_string(repository().join("Cargo.lock")).expect("there is a lock");
        self.write("Cargo.lock", &lock);
        self
    }

    /// A copy of the folder `template`; `{repository}` in a `Cargo.toml.template` is replaced by the path of this
    /// repository.
    pub fn copy_of(name: &str, template: &Path) -> Self {
        let stranger = Self::new(name);
        stranger.copy(template, template);
        stranger
    }

    fn copy(&self, root: &Path, folder: &Path) {
        for path in entries(folder) {
            if path.is_dir() {
                self.copy(root, &path);
                continue;
            }
            let text = fs::read_to_string(&path).expect("a template is text");
            let name = relative(root, &path);
            match name.strip_suffix(".template") {
                Some(name) => self.write_with_paths(name, &text),
                None => self.write(&name, &text),
            }
        }
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Writes a file.
    pub fn write(&self, path: &str, text: &str) {
        let path = self.folder.join(path);
        if let Some(written) = &self.written {
            written.borrow_mut().insert(path.clone());
            if fs::read_to_string(&path).is_ok_and(|before| before == text) {
                return;
            }
        }
        let folder = path.parent().expect("the path has a folder");
        fs::create_dir_all(folder).expect("the temporary folder can be written");
        fs::write(path, text).expect("the temporary folder can be written");
    }

    /// Removes the files that an earlier run has written to a kept folder, and this run has not.
    fn remove_left_over(&self, folder: &Path) {
        let Some(written) = &self.written else { return };
        for path in entries(folder) {
            if path.is_dir() {
                self.remove_left_over(&path);
            } else if !written.borrow().contains(&path) && !path.ends_with("Cargo.lock") {
                fs::remove_file(&path).expect("what is left over can be removed");
            }
        }
    }

    /// Writes a file; `{repository}` is replaced by the path of this repository.
    pub fn write_with_paths(&self, path: &str, text: &str) {
        let repository = repository().to_string_lossy().replace('\\', "/");
        self.write(path, &text.replace("{repository}", &repository));
    }

    /// Runs cargo in the folder, offline. Its target folder is below that of this repository.
    pub fn cargo(&self, arguments: &[&str]) -> Ran {
        run(self.command(arguments))
    }

    /// Like [`Stranger::cargo`], with environment variables.
    pub fn cargo_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Ran {
        let mut command = self.command(arguments);
        command.envs(variables.iter().copied());
        run(command)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        self.remove_left_over(&self.folder);
        let mut command = Command::new(env::var_os("CARGO").expect("cargo runs the tests"));
        for (variable, _) in env::vars_os() {
            let name = variable.to_string_lossy();
            let ours = ["CARGO_", "INSTA_", "RUST", "SINEW_", "OUT_DIR", "CLICOLOR"];
            let kept = [
                "CARGO_HOME",
                "RUSTUP_HOME",
                "RUSTUP_TOOLCHAIN",
                "CARGO_BUILD_JOBS",
            ];
            let is_ours = name == "CI" || ours.iter().any(|prefix| name.starts_with(prefix));
            if is_ours && !kept.contains(&&*name) {
                command.env_remove(&variable);
            }
        }
        command
            .args(arguments)
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", target())
            // Without debug info and incremental data, which are not needed here, builds take half the time.
            .env("CARGO_INCREMENTAL", "0")
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            .env("CARGO_NET_OFFLINE", "true")
            .env("CARGO_TERM_COLOR", "never")
            .env("INSTA_UPDATE", "no");
        command
    }
}

impl Drop for Stranger {
    fn drop(&mut self) {
        if self.written.is_none() {
            remove(&self.folder);
        }
    }
}

fn run(mut command: Command) -> Ran {
    let output = command.output().expect("cargo can be run");
    Ran {
        success: output.status.success(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// A target folder of its own, because cargo locks the one in use.
fn target() -> PathBuf {
    let test = env::current_exe().expect("the test knows its path");
    // Cargo only marks target folders that it has created, so the path has to tell: `target/debug/deps/test`.
    let target = test.ancestors().nth(3);
    target
        .expect("cargo runs tests from there")
        .join("stranger")
}

fn remove(folder: &Path) {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            panic!("{}: {error}", folder.display())
        }
        Ok(()) | Err(_) => {}
    }
}
