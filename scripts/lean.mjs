/**
 * Plugin of esbuild that cuts modules which packages load at once but Hive uses rarely or never. They took half of the time
 * of a start.
 */

const BUILTIN = 'builtin';

/**
 * Replacement text of modules, by their path.
 *
 * @type {readonly [RegExp, string][]}
 */
const INSTEAD = [
  // Image builds over BuildKit's own protocol (gRPC). Hive builds images with the docker command.
  [/\/dockerode\/lib\/session\.js$/, refusing('sessions of BuildKit')],
  // The reader of BuildKit's trace, with all of protobuf.js.
  [/\/dockerode\/lib\/buildkit\.js$/, refusing('the trace of BuildKit')],
  // Messages of zod in some 50 languages. English ones are imported from a file of their own.
  [/\/zod\/v4\/locales\/index\.js$/, 'export {};'],
  // ssh2, which is native code. Hive refuses ssh:// addresses before this is reached.
  [/\/docker-modem\/lib\/ssh\.js$/, refusing('engines by ssh')],
  // OpenTelemetry and https, for default metrics and for pushing. Hive's metrics are pulled, and are its own.
  [/\/prom-client\/lib\/(defaultMetrics|pushgateway)\.js$/, refusing('metrics of the process')],
];

/**
 * Replacement text of modules of Node: which module, for which imports, text.
 *
 * @type {readonly [RegExp, (wanted: import('esbuild').OnResolveArgs) => boolean, string][]}
 */
const BUILTINS = [
  // An `import` reads every export of a builtin, and that makes http load fetch and WebSocket.
  [/^(node:)?http$/, ({ kind }) => kind === 'import-statement', 'module.exports = load();'],
  [
    /^(node:)?https$/,
    ({ importer }) => importer.includes('docker-modem'),
    'exports.request = (...args) => load().request(...args);',
  ],
  // Node 20 lacks functions of these, which bin/old-node.mjs adds. An import of their names would fail before that.
  [
    /^node:(fs\/promises|module|tls)$/,
    ({ importer }) =>
      /\/src\/(main|cli\/up\/serve|files\/file-reader|runtime\/network\/network)\.ts$/.test(importer),
    'module.exports = load();',
  ],
];

/** @type {import('esbuild').Plugin} */
export const lean = {
  name: 'lean',
  setup({ onResolve, onLoad }) {
    for (const [filter, contents] of INSTEAD) onLoad({ filter }, () => ({ contents }));
    for (const [filter, isMeant, contents] of BUILTINS)
      onResolve({ filter }, (wanted) => {
        const path = `node:${wanted.path.replace('node:', '')}`;
        return isMeant(wanted) ? { path, namespace: BUILTIN, pluginData: contents } : undefined;
      });
    onLoad({ filter: /./, namespace: BUILTIN }, ({ path, pluginData }) => ({
      contents: `const load = () => process.getBuiltinModule('${path}');\n${pluginData}`,
    }));
  },
};

/** @param {string} what */
function refusing(what) {
  return `module.exports = () => { throw new Error('this build does not contain ${what}'); };`;
}
