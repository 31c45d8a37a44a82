// Starts `sinew lsp`, and leaves everything else to it.

const { execFile } = require("node:child_process");
const { promisify } = require("node:util");
const { commands, window, workspace } = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

const ADVICE = 'Install it with "cargo install sinew-cli", or say in the setting "sinew.path" where it is.';

let client;
/** What was begun last: a server starts when the one before it has ended. */
let turn = Promise.resolve();

exports.activate = (context) => {
  const again = () => (turn = turn.then(stop).then(start));
  context.subscriptions.push(
    commands.registerCommand("sinew.restart", again),
    workspace.onDidChangeConfiguration((change) => change.affectsConfiguration("sinew.path") && again()),
    workspace.onDidGrantWorkspaceTrust(again),
  );
  return again();
};

exports.deactivate = () => (turn = turn.then(stop));

async function start() {
  // A folder may say which program is run, and on Windows also hold one of that name.
  if (!workspace.isTrusted) return;
  const command = workspace.getConfiguration("sinew").get("path");
  try {
    const { stdout } = await promisify(execFile)(command, ["--version"]);
    const files = { documentSelector: [{ scheme: "file", language: "sinew" }] };
    client = new LanguageClient("sinew", "Sinew", { command, args: ["lsp"] }, files);
    client.info(`${command}: ${stdout.trim()}`);
    await client.start();
  } catch (error) {
    missing(command, error);
  }
}

async function stop() {
  const last = client;
  client = undefined;
  // One that never came up, or has crashed, cannot end in good order.
  await last?.dispose().catch(() => {});
}

/** Says what to do. Nobody waits for the answer. */
async function missing(command, error) {
  const why = error.code === "ENOENT" ? "was not found" : `does not start (${error.message})`;
  const [settings, again] = ["Open Settings", "Try Again"];
  const chosen = await window.showErrorMessage(`The command "${command}" ${why}. ${ADVICE}`, settings, again);
  if (chosen === settings) commands.executeCommand("workbench.action.openSettings", "sinew.path");
  if (chosen === again) commands.executeCommand("sinew.restart");
}
