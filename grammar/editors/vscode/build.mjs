// Makes what the package needs besides what lies here: the code in one file, the grammar, and the licences of all of it.

import { copyFileSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const { metafile } = await build({
  entryPoints: ["extension.js"],
  outfile: "dist/extension.js",
  external: ["vscode"],
  platform: "node",
  target: "node20",
  bundle: true,
  minify: true,
  metafile: true,
});
copyFileSync("../sinew.tmLanguage.json", "dist/sinew.tmLanguage.json");

const inputs = Object.keys(metafile.inputs).map((path) => path.match(/^node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0]);
const folders = [...new Set(inputs)].filter(Boolean).sort();
const texts = [
  "Sinew is licensed under the MIT license or the Apache license, version 2.0, at your option.\n",
  ...["LICENSE-MIT", "LICENSE-APACHE"].map((name) => readFileSync(`../../../${name}`, "utf8")),
  ...folders.map((folder) => {
    const licence = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
    return `${folder.slice("node_modules/".length)}\n\n${readFileSync(`${folder}/${licence}`, "utf8")}`;
  }),
];
writeFileSync("LICENSE.txt", texts.join(`\n${"-".repeat(80)}\n\n`));
