/**
 * Plugin of esbuild: what packages load as soon as they are loaded, and Hive uses rarely or never. It was half of a start.
 */

const BUILTIN = 'builtin';

/** What stands in the place of a module, by where it is in its package. */
const INSTEAD = [
  // Builds by BuildKit's own protocol, with gRPC: Hive has images built by the docker command.
  [/\/dockerode\/lib\/session\.js$/, refusing('sessions of BuildKit')],
  // ssh2, native code: an address of ssh:// is refused before (src/engines/docker/connect-engine.ts).
  [/\/docker-modem\/lib\/ssh\.js$/, refusing('engines by ssh')],
  // OpenTelemetry and https, for figures of the process itself and for those that are pushed: ours are asked for.
  [/\/prom-client\/lib\/(defaultMetrics|pushgateway)\.js$/, refusing('metrics of the process')],
];

/** Builtin modules, by how they are loaded and by whom. */
const BUILTINS = [
  // `import` reads whatever a builtin exports, and http then loads node's fetch and WebSocket.
  [/^(node:)?http$/, ({ kind }) => kind === 'import-statement', 'module.exports = load();'],
  [
    /^(node:)?https$/,
    ({ importer }) => importer.includes('docker-modem'),
    'exports.request = (...args) => load().request(...args);',
  ],
];

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

function refusing(what) {
  return `module.exports = () => { throw new Error('this build is without ${what}'); };`;
}
