/** The source files that a mutation run covers: all that keeps strangers, clients and servers apart. */
import { globSync } from 'node:fs';
import { ROOT } from './workspace.ts';

/** Each area is a row of the report. */
export const AREAS: Readonly<Record<string, readonly string[]>> = {
  'who a client is': ['edge/auth/*.ts'],
  'what a request may be': [
    'edge/http/{guard,cors,body,exchange,stream,keep-alive,message}.ts',
    'model/collections/shares.ts',
  ],
  'sessions and streams': [
    'edge/legacy/{sessions,session,session-header,sse,sse-connection,replays,resumptions}.ts',
    'edge/legacy/{get-stream,server-requests,batch-text}.ts',
    'edge/modern/{parked,listen-streams,listen-filter}.ts',
    'edge/shared/{askable,may-ask,route,views}.ts',
  ],
  'bytes of messages': [
    'wire/{framing,json,envelope,edit,oversize,line,multiline,pieces,trim,one-line,message}.ts',
  ],
  'names of discovered servers': [
    'catalog/{merge,naming,ownership,resource-route,uri-template}.ts',
    'model/labels.ts',
    'model/text/{grammar,prefixes,public-url}.ts',
    'reconcile/discovery.ts',
  ],
  'what a server may send': [
    'runtime/upstream/{lists,tail,server-requests}.ts',
    'runtime/upstream/requests/{calls,running-tasks,deadlines}.ts',
    'runtime/links/writer.ts',
    'runtime/isolation/isolated.ts',
  ],
  'files and secrets': [
    'files/{fault,file-reader,limits,read-file}.ts',
    'store/*.ts',
    'runtime/memory/{values,state-dir,logs}.ts',
    'secrets/{redact,secret-name,secret-values,hider}.ts',
  ],
};

/** Files of an area, or of all, whose path contains `part`. */
export function targets(part = ''): string[] {
  return Object.values(AREAS)
    .flatMap(filesOf)
    .filter((file) => file.includes(part));
}

export const filesOf = (patterns: readonly string[]): string[] =>
  patterns.flatMap((pattern) => globSync(`src/${pattern}`, { cwd: ROOT }).sort());
