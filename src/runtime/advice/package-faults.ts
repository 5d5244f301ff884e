/** What to change when a package cannot be found or installed, from the words of npm, uv, pip and Python. */
import { shellWord } from '../../model/text/commands.ts';
import type { Advice } from '../upstream/requests/failures.ts';

type Fault = (text: string, where: string) => Advice | undefined;

/** Names of packages, with their scope. */
const NPM_NAME = String.raw`(?<name>(?:@[\w.~-]+\/)?[\w.~-]+)`;
const PYPI_NAME = String.raw`(?<name>[A-Za-z0-9][\w.-]*)`;

const edit = (hint: string): Advice => ({ hint, needsEdit: true });

/** The named group of the first expression that matches. */
function nameIn(text: string, ...expressions: readonly RegExp[]): string | undefined {
  for (const expression of expressions) {
    const name = expression.exec(text)?.groups?.name;
    if (name !== undefined) return name;
  }
  return undefined;
}

/** npm: 404, also for packages that one must be logged in to see. */
const unknownToNpm: Fault = (text, where) => {
  const name = nameIn(
    text,
    new RegExp(`\\b404\\s[^'\\n]*'${NPM_NAME}@[^'\\n]*' (?:could not be found|is not in)`),
    new RegExp(`\\bE?404\\b[^\\n]* - GET https?:\\/\\/[^/\\s]+\\/(?:[^\\s?]*\\/)?${NPM_NAME}(?=\\s|$)`),
  );
  if (!/\bE404\b|npm (?:error|ERR!) 404/.test(text)) return undefined;
  const what = name === undefined ? 'such package' : `package ${decoded(name)}`;
  return edit(`npm has no ${what}: check its spelling ${where}; a private one needs a login: npm login`);
};

const decoded = (name: string): string => name.replace(/%2f/i, '/');

/** npm: no such version. */
const noSuchVersion: Fault = (text, where) => {
  const name = nameIn(text, new RegExp(`No matching version found for ${NPM_NAME}@`));
  return name === undefined
    ? undefined
    : edit(`write a version that exists ${where}: npm view ${shellWord(name)} versions`);
};

/** npm: the package has no program of its own name. */
const noProgram: Fault = (text, where) =>
  /could not determine executable to run/.test(text)
    ? edit(`the package has no single program: write npx -y -p PACKAGE PROGRAM ${where}`)
    : undefined;

/** npm: files of root in the cache. */
const cacheOfRoot: Fault = (text) => {
  if (!/\bEACCES\b|\bEPERM\b/.test(text)) return undefined;
  const path = /(?:path\s+|')(?<path>\/[^\s']*?\/(?:\.npm|_npx|_cacache|_logs)(?=[/\s']))/.exec(text)?.groups
    ?.path;
  const own = path?.replace(/\/_(?:npx|cacache|logs)$/, '');
  return own === undefined ? undefined : { hint: `sudo chown -R "$(id -u):$(id -g)" ${shellWord(own)}` };
};

/** uv breaks its sentences into lines. */
const unknownToPypi: Fault = (text, where) => {
  const line = text.replace(/[│\s]+/g, ' ');
  const missing = nameIn(
    line,
    new RegExp(`Because ${PYPI_NAME} was not found in the (?:package registry|cache)`),
    new RegExp(`No matching distribution found for ${PYPI_NAME}`),
  );
  if (missing !== undefined)
    return edit(`PyPI has no package ${missing} for this Python: check its spelling ${where}`);
  const name = nameIn(line, new RegExp(`Because there (?:is|are) (?:no|only) .*?versions? of ${PYPI_NAME}`));
  return name === undefined
    ? undefined
    : edit(`write a version that exists ${where}: https://pypi.org/project/${name}/#history`);
};

const noPythonModule: Fault = (text, where) => {
  const name = nameIn(text, /No module named '?(?<name>[A-Za-z_]\w*)/);
  if (name === undefined) return undefined;
  const from = 'with the Python that the command names';
  return edit(`python3 -m pip install ${name}, ${from}; or write command: uvx PACKAGE ${where}`);
};

const noNodeModule: Fault = (text, where) => {
  const file = /Cannot find module '(?<name>\/[^'\n]+)'/.exec(text)?.groups?.name;
  if (file !== undefined && !/\/node_modules\//.test(file))
    return edit(`there is no ${file}: correct the path ${where}`);
  const [, name, from] = /Cannot find package '([^'\n]+)' imported from (\/[^\n]*)\/[^/\n]+/.exec(text) ?? [];
  if (name === undefined || from === undefined || /\/node_modules\//.test(from)) return undefined;
  return edit(`cd ${shellWord(from)} && npm install ${shellWord(name)}`);
};

const FAULTS: readonly Fault[] = [
  unknownToNpm,
  noSuchVersion,
  noProgram,
  cacheOfRoot,
  unknownToPypi,
  noPythonModule,
  noNodeModule,
];

/** @param where the entry stands, in parentheses */
export function packageFault(text: string, where: string): Advice | undefined {
  for (const fault of FAULTS) {
    const advice = fault(text, where);
    if (advice !== undefined) return advice;
  }
  return undefined;
}
