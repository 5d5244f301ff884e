/** The Dockerfile of a package from npm or PyPI: exact versions, no install scripts, no rights. */
import type { PackageWay, Verified } from '../entry/entry.ts';

/** Base images, by the registry of the package. */
const NPM_BASE = 'node:24-slim';
const PYPI_BASE = 'python:3.13-slim';
/** User and group of the server, and of the folders that it may write to. */
const USER = '1000:1000';
const NPM_ROOT = '/opt/server';
const VENV = '/opt/venv';

/** What the image is for. */
export interface Wish {
  /** For the first line. */
  readonly id: string;
  /** Folders in the container on which volumes are mounted. */
  readonly folders: readonly string[];
  /** The start that the catalogue has a record of. */
  readonly verified?: Verified | undefined;
}

/** Every word is checked when the catalogue is read, and none passes through a shell. */
export function dockerfileFor(way: PackageWay, wish: Wish): string {
  const lines = way.kind === 'npm' ? npmLines(way, wish) : pypiLines(way, wish);
  return [`# ${wish.id}: ${specOf(way)}, as an image. Written by Hive.`, ...lines, ''].join('\n');
}

export const specOf = ({ kind, package: name, version }: PackageWay): string =>
  version === undefined ? name : `${name}${kind === 'npm' ? '@' : '=='}${version}`;

const run = (...words: string[]): string => `RUN ${JSON.stringify(words)}`;

function npmLines(way: PackageWay, { folders, verified }: Wish): string[] {
  const { package: name, program, with: beside = [], scripts } = way;
  const isKnown = verified?.way === 'npm' && verified.version === way.version;
  return [
    `FROM ${NPM_BASE}`,
    run(
      ...['npm', 'install', '--prefix', NPM_ROOT, '--no-audit', '--no-fund', '--no-update-notifier'],
      ...(scripts ? [] : ['--ignore-scripts']),
      // Packages below it stay at the versions of the day on which it was started for the catalogue.
      ...(isKnown ? ['--before', `${verified.date}T23:59:59.999Z`] : []),
      ...[specOf(way), ...beside],
    ),
    program === undefined
      ? run('node', '-e', npmChoice(name))
      : run('ln', '-s', `node_modules/.bin/${program}`, `${NPM_ROOT}/run`),
    run('install', '-d', ...owned('/home/node', folders)),
    'ENV NODE_ENV=production HOME=/home/node NO_UPDATE_NOTIFIER=1',
    'WORKDIR /home/node',
    `USER ${USER}`,
    `ENTRYPOINT ["${NPM_ROOT}/run"]`,
  ];
}

const owned = (home: string, folders: readonly string[]): string[] => [
  ...['-o', '1000', '-g', '1000'],
  ...new Set([home, ...folders]),
];

/** The program that `npx` chooses: the only one, or the one with the package's name. */
const npmChoice = (name: string): string =>
  [
    `const own=require("${NPM_ROOT}/node_modules/${name}/package.json")`,
    'const last=own.name.split("/").pop()',
    'const bin=typeof own.bin==="string"?{[last]:own.bin}:own.bin||{}',
    'const names=Object.keys(bin)',
    'const isOne=new Set(Object.values(bin)).size===1',
    'const chosen=isOne?names[0]:names.find((it)=>it===last)',
    'if(!chosen)throw new Error("the package has no program of its name: it has "+names.join(", "))',
    `require("fs").symlinkSync("node_modules/.bin/"+chosen,"${NPM_ROOT}/run")`,
  ].join(';');

function pypiLines(way: PackageWay, { folders }: Wish): string[] {
  const { package: name, program, with: beside = [], scripts } = way;
  return [
    `FROM ${PYPI_BASE} AS build`,
    run('python3', '-m', 'venv', '--without-pip', VENV),
    run(
      ...['pip', '--python', `${VENV}/bin/python3`, 'install', '--no-cache-dir'],
      ...(scripts ? [] : ['--only-binary', ':all:']),
      ...[specOf(way), ...beside],
    ),
    program === undefined
      ? run(`${VENV}/bin/python3`, '-c', pypiChoice(name))
      : run('ln', '-s', program, `${VENV}/bin/run-server`),
    '',
    `FROM ${PYPI_BASE}`,
    `COPY --from=build ${VENV} ${VENV}`,
    run('install', '-d', ...owned('/home/server', folders)),
    `ENV PATH=${VENV}/bin:$PATH HOME=/home/server PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1`,
    'WORKDIR /home/server',
    `USER ${USER}`,
    `ENTRYPOINT ["${VENV}/bin/run-server"]`,
  ];
}

/** The program that `uvx` chooses: the one with the package's name, or the only one. */
const pypiChoice = (name: string): string =>
  [
    'import os,re,importlib.metadata as m',
    'same=lambda it:re.sub("[-_.]+","-",it).lower()',
    `names=[it.name for it in m.distribution("${name}").entry_points if it.group=="console_scripts"]`,
    `chosen=[it for it in names if same(it)==same("${name}")] or (names if len(names)==1 else [])`,
    'assert chosen,"the package has no program of its name: it has "+", ".join(names)',
    `os.symlink(chosen[0],"${VENV}/bin/run-server")`,
  ].join('\n');
