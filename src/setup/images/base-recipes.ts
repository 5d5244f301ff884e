/** Names and recipes of the images that Hive can make from packages alone. */

export type BaseName = 'debian' | 'node' | 'python';

export const NODE_VERSION = '24.21.0';
export const NPM_VERSION = '11.21.2';

/** All names of an image; it is tagged with each of them. */
export const BASE_TAGS: Readonly<Record<BaseName, readonly string[]>> = {
  debian: ['debian:trixie-slim', 'debian:13-slim'],
  node: ['node:24-slim', 'node:24-trixie-slim'],
  python: ['python:3.13-slim', 'python:3.13-slim-trixie'],
};

/** The base that a reference names; undefined for every other image, and for a reference with a digest. */
export function baseOf(reference: string): BaseName | undefined {
  const name = reference.replace(/^(?:docker\.io\/)?(?:library\/)?/, '');
  const bases = Object.keys(BASE_TAGS) as BaseName[];
  return bases.find((base) => BASE_TAGS[base].includes(name));
}

/** Label of images that Hive made, and of images built on them. */
export const MADE_LABEL = 'io.hive.base';

/**
 * As in the public Debian images: no documentation, no translations, no package archives, no fsync per file.
 */
export const DPKG_OPTIONS = [
  'force-unsafe-io',
  'path-exclude=/usr/share/doc/*',
  'path-include=/usr/share/doc/*/copyright',
  'path-exclude=/usr/share/info/*',
  'path-exclude=/usr/share/lintian/*',
  'path-exclude=/usr/share/locale/*',
  'path-exclude=/usr/share/man/*',
];
export const APT_OPTIONS = [
  'Acquire::Languages "none"',
  'DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/*.bin || true"; }',
];

/**
 * Build context: `node` (the binary) and `npm/` (the unpacked package). As in the public image, user `node`
 * is 1000.
 */
export const NODE_DOCKERFILE = `FROM ${BASE_TAGS.debian[0]}
COPY node /usr/local/bin/node
COPY npm /usr/local/lib/node_modules/npm
RUN groupadd --gid 1000 node \\
 && useradd --uid 1000 --gid node --shell /bin/bash --create-home node \\
 && ln -s node /usr/local/bin/nodejs \\
 && ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm \\
 && ln -s ../lib/node_modules/npm/bin/npx-cli.js /usr/local/bin/npx
ENV NODE_VERSION=${NODE_VERSION}
LABEL ${MADE_LABEL}=${BASE_TAGS.node[0]}
CMD ["node"]
`;

/**
 * Debian's Python, set up as in the public image: python and pip exist, pip may install system-wide, and can
 * replace itself. Packages are in dist-packages; a virtual environment is the same in both.
 */
export const PYTHON_DOCKERFILE = `FROM ${BASE_TAGS.debian[0]}
RUN apt-get update \\
 && apt-get install -y --no-install-recommends python3 python3-venv \\
 && rm -rf /var/lib/apt/lists/* /usr/lib/python3*/EXTERNALLY-MANAGED \\
 && PYTHONPATH="$(echo /usr/share/python-wheels/pip-*.whl)" python3 -m pip install \\
    --root-user-action ignore --no-cache-dir --no-index --find-links /usr/share/python-wheels pip \\
 && ln -s /usr/bin/python3 /usr/local/bin/python \\
 && find / -xdev -name __pycache__ -type d -prune -exec rm -rf {} +
LABEL ${MADE_LABEL}=${BASE_TAGS.python[0]}
CMD ["python3"]
`;
