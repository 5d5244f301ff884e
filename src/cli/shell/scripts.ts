/**
 * Completion scripts of bash, zsh and fish. Names of servers come from `hive completion servers`; other
 * arguments that are no options are completed as files.
 */
import { shellQuoted } from '../../model/text/commands.ts';
import { type CommandWords, flagsOf, type OptionWords, takesServers } from './words.ts';

export function bashScript(commands: readonly CommandWords[]): string {
  const names = commands.map((it) => it.name).join(' ');
  const cases = commands.map(
    (it) => `    ${it.name}) words=${shellQuoted(it.options.flatMap(flagsOf).join(' '))} ;;`,
  );
  const servers = commands.filter(takesServers).map((it) => `${it.name}:*`);
  return `# hive completion for bash: source <(hive completion bash)
_hive_servers() {
  local at file=()
  for ((at = 2; at < COMP_CWORD; at++)); do
    case "\${COMP_WORDS[at]}" in -c | --config) file=(-c "\${COMP_WORDS[at + 1]}") ;; esac
  done
  "\${COMP_WORDS[0]}" completion servers "\${file[@]}" 2> /dev/null
}
_hive() {
  local current="\${COMP_WORDS[COMP_CWORD]}" words=''
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W ${shellQuoted(`${names} help --version`)} -- "$current"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
    help) words=${shellQuoted(names)} ;;
  esac
  case "\${COMP_WORDS[1]}:$current" in
    help:* | *:-*) COMPREPLY=($(compgen -W "$words" -- "$current")) ;;
    ${servers.join(' | ')})
      case "\${COMP_WORDS[COMP_CWORD - 1]}" in
        -c | --config) COMPREPLY=($(compgen -f -- "$current")) ;;
        *)
          compopt +o filenames 2> /dev/null
          COMPREPLY=($(compgen -W "$(_hive_servers)" -- "$current"))
          ;;
      esac
      ;;
    *) COMPREPLY=($(compgen -f -- "$current")) ;;
  esac
}
complete -o filenames -F _hive hive
`;
}

export function zshScript(commands: readonly CommandWords[]): string {
  const names = commands.map(({ name, summary }) => `    ${shellQuoted(`${name}:${summary}`)}`);
  const cases = commands.map(
    (it) => `    ${it.name}) _arguments ${[...it.options.map(zshOption), zshRest(it)].join(' ')} ;;`,
  );
  return `#compdef hive
# hive completion for zsh: hive completion zsh > a folder of fpath, as _hive
_hive_servers() {
  local file="\${opt_args[-c]:-\${opt_args[--config]}}"
  local -a names
  names=(\${(f)"$(hive completion servers \${file:+-c} \${file:+"\${(Q)file}"} 2> /dev/null)"})
  compadd -a names
}
_hive() {
  local -A opt_args
  local -a commands
  commands=(
${names.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command="\${words[2]}"
  shift words
  (( CURRENT-- ))
  case "$command" in
${cases.join('\n')}
    help) _describe command commands ;;
  esac
}
if [ "\${funcstack[1]}" = _hive ]; then _hive "$@"; else compdef _hive hive; fi
`;
}

const zshRest = (command: CommandWords): string =>
  takesServers(command) ? "'*:server:_hive_servers'" : "'*:file:_files'";

/** The text of an option ends at a bracket, and its value at a colon. */
const zshText = (text: string): string => text.replace(/[[\]:\\]/g, '\\$&');

function zshOption(option: OptionWords): string {
  const value = option.value === undefined ? '' : `:${zshText(option.value)}:_files`;
  const text = `[${zshText(option.summary)}]${value}`;
  const flags = flagsOf(option);
  if (flags.length === 1) return shellQuoted(`${flags[0]}${text}`);
  return `${shellQuoted(`(${flags.join(' ')})`)}{${flags.join(',')}}${shellQuoted(text)}`;
}

export function fishScript(commands: readonly CommandWords[]): string {
  const line = (...words: string[]): string => ['complete -c hive', ...words].join(' ');
  return [
    '# hive completion for fish: hive completion fish > ~/.config/fish/completions/hive.fish',
    ...FISH_SERVERS,
    ...commands
      .filter(takesServers)
      .map(({ name }) => line(`-n '__fish_seen_subcommand_from ${name}'`, '-f', "-a '(__hive_servers)'")),
    ...commands.map(({ name, summary }) =>
      line('-n __fish_use_subcommand', '-f', `-a ${name}`, `-d ${fishQuoted(summary)}`),
    ),
    ...commands.flatMap(({ name, options }) =>
      options.map(({ short, long, value, summary }) =>
        line(
          `-n '__fish_seen_subcommand_from ${name}'`,
          ...(short === undefined ? [] : [`-s ${short}`]),
          `-l ${long}`,
          ...(value === undefined ? [] : ['-r']),
          `-d ${fishQuoted(summary)}`,
        ),
      ),
    ),
    '',
  ].join('\n');
}

const FISH_SERVERS = [
  'function __hive_servers',
  '  set -l words (commandline -opc)',
  '  set -l at (contains -i -- -c $words; or contains -i -- --config $words)',
  '  if test -n "$at"',
  '    hive completion servers -c $words[(math $at + 1)] 2> /dev/null',
  '  else',
  '    hive completion servers 2> /dev/null',
  '  end',
  'end',
];

const fishQuoted = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`;
