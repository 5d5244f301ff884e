/** Role × operation × entry: who may call what, and how a refusal says it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Access, OPEN, OWNER } from '../../src/model/access/access.ts';
import { ROLES, type Role } from '../../src/model/access/role.ts';
import { highest, isListed, roleAt, roleNeeded, whyTooLow } from '../../src/policy/decide.ts';
import { isRefused, seesAll, seesServer, selectionOf } from '../../src/policy/selection.ts';
import { inWords } from '../../src/policy/words.ts';

const token = (role: Role, lists: Partial<Access> = {}): Access => ({ kind: 'token', role, ...lists });
const may = (access: Access | undefined, needs?: Role, grant: Role = 'operate'): boolean =>
  whyTooLow(access, needs && { needs, grant }) === undefined;

test('each role may do all that the roles before it may, and no more', () => {
  const rows = ROLES.map((role) => ROLES.map((needs) => may(token(role), needs, 'admin')));
  assert.deepEqual(rows, [
    [true, false, false, false],
    [true, true, false, false],
    [true, true, true, false],
    [true, true, true, true],
  ]);
});

test('the lower role of token and entry must count', () => {
  const rows = ROLES.map((grant) => ROLES.map((role) => roleAt(token(role), grant)));
  assert.deepEqual(rows, [
    ['read', 'read', 'read', 'read'],
    ['read', 'use', 'use', 'use'],
    ['read', 'use', 'operate', 'operate'],
    ['read', 'use', 'operate', 'admin'],
  ]);
});

test('without authentication the entry alone must count, and the owner must not be bounded', () => {
  assert.deepEqual(
    ROLES.map((grant) => [roleAt(OPEN, grant), roleAt(OWNER, grant)]),
    ROLES.map((grant) => [grant, 'admin']),
  );
  assert.deepEqual([may(undefined), may(OPEN), may(OWNER)], [true, true, true]);
  assert.deepEqual([may(undefined, 'operate'), may(undefined, 'admin')], [true, false]);
});

test('a server that is not built in must take the role use to call, and read to be seen', () => {
  assert.deepEqual(
    ROLES.map((role) => may(token(role))),
    [false, true, true, true],
  );
  assert.equal(isListed(token('read'), undefined), true);
});

test('an operation must need the role of its effect, unless it names one', () => {
  assert.deepEqual(
    [
      roleNeeded({ effect: 'read' }),
      roleNeeded({ effect: 'change' }),
      roleNeeded({ effect: 'destroy' }),
      roleNeeded({ effect: 'change', role: 'use' }),
    ],
    ['read', 'operate', 'operate', 'use'],
  );
});

test('a refusal must say which role is needed, and where it is given', () => {
  const refusal = (access: Access, needs: Role, grant: Role) => {
    const tooLow = whyTooLow(access, { needs, grant });
    assert.ok(tooLow);
    return inWords(tooLow, 'the tool add', 'catalogue');
  };
  const ofToken = refusal(token('use'), 'operate', 'operate');
  assert.equal(ofToken.message, 'the tool add needs the role `operate`, and this caller has `use`');
  assert.match(ofToken.hint, /^set `role: operate` at the token .*auth\.tokens\.NAME/);
  const ofEntry = refusal(token('admin'), 'admin', 'operate');
  assert.match(ofEntry.message, /this caller has `operate`$/);
  assert.equal(ofEntry.hint, 'set `role: admin` at servers.catalogue in the config file');
  assert.match(refusal(OPEN, 'operate', 'use').hint, /servers\.catalogue/);
});

test('the highest of several roles must win', () => {
  assert.deepEqual([highest(['read', 'admin', 'use']), highest([])], ['admin', undefined]);
});

test('lists must bound servers and tools, and tools alone must show nothing else', () => {
  const both = selectionOf(token('use', { servers: ['docs', 'db_*'], tools: ['docs_*'] }));
  assert.deepEqual(['docs', 'db_a', 'doc', 'x'].map(both.seesServer), [true, true, false, false]);
  const route = { serverName: 'docs', key: 'search' };
  assert.deepEqual(
    ['docs_search', 'db_q', undefined].map((name) => both.seesTool(name, route)),
    [true, false, false],
  );
  assert.deepEqual([both.hasToolsOnly, both.isNarrow], [false, true]);
  const tools = selectionOf(token('use', { tools: ['docs_*'] }));
  assert.deepEqual([tools.hasToolsOnly, tools.isNarrow], [true, true]);
  const none = selectionOf(token('use'));
  assert.deepEqual([none.hasToolsOnly, none.isNarrow], [false, false]);
});

test('a tool must be refused by name only to a caller whose lists have it', () => {
  const route = { serverName: 'own', key: 'add', role: { needs: 'operate', grant: 'operate' } } as const;
  const refused = (access: Access, name: string | undefined = 'add') => isRefused(access, route, name);
  assert.deepEqual(
    [
      refused(token('use')),
      refused(token('operate')),
      refused(token('use', { servers: ['docs'] })),
      refused(token('use', { tools: ['other'] })),
      refused(token('use', { tools: ['a*'] })),
    ],
    [true, false, false, false, true],
  );
});

test('a caller must see all of a view unless a list or a role hides something', () => {
  const roles = [{ needs: 'operate', grant: 'operate' }] as const;
  assert.deepEqual(
    [
      seesAll(OPEN, {}),
      seesAll(token('read'), {}),
      seesAll(token('use'), { roles }),
      seesAll(token('operate'), { roles }),
      seesAll(token('admin', { servers: ['*'] }), {}),
    ],
    [true, true, false, true, false],
  );
});

test('a server must exist for a caller by its name, or with tools alone by its tools', () => {
  const all = () => ({ servers: ['docs'] }) as never;
  assert.deepEqual(
    [
      seesServer(undefined, 'x', all),
      seesServer(token('use', { servers: ['x'] }), 'x', all),
      seesServer(token('use', { servers: ['x'] }), 'docs', all),
      seesServer(token('use', { tools: ['t'] }), 'docs', all),
      seesServer(token('use', { tools: ['t'] }), 'x', all),
    ],
    [true, true, false, true, false],
  );
});
