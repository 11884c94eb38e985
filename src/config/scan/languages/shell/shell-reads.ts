/** The variables that a shell script takes from outside. */
import type { DefaultValue } from '../../../key-read.ts'
import { isEnvironmentName, meaningOf } from '../reference/references.ts'
import { maskShell } from './mask-shell.ts'

export interface ShellRead {
  key: string
  offset: number
  default?: DefaultValue
  required?: boolean
}

/** What shells and systems set themselves. */
export const given = new Set(
  `HOME PATH PWD OLDPWD USER LOGNAME SHELL TERM UID EUID PPID GID HOSTNAME HOSTTYPE OSTYPE MACHTYPE IFS RANDOM SECONDS
  LINENO OPTARG OPTIND OPTERR REPLY FUNCNAME GROUPS SHLVL PIPESTATUS DIRSTACK COLUMNS LINES EPOCHSECONDS EPOCHREALTIME SRANDOM
  PS1 PS2 PS3 PS4 LANG MAPFILE COPROC TMPDIR EDITOR DISPLAY SUDO_USER XDG_RUNTIME_DIR`.split(/\s+/),
)

const reference = /\$(?:\{([#!]?)([A-Za-z_]\w*)(:?[-=?+])?|([A-Za-z_]\w*))/g
const assignment =
  /(?:^|[;&|({`)]|\b(?:then|do|else|elif|if|while|until|env)\s|!\s)[ \t]*(?:![ \t]+)?((?:(?:export|local|declare|typeset|readonly)[ \t]+(?:-\w+[ \t]+)*)?)([A-Za-z_]\w*)(?:\[[^\]\n]*\])?\+?=/gm
const listed = /\b(?:local|declare|typeset|readonly|export)[ \t]+((?:-\w+[ \t]+)*)([^\n;&|]*)/g
const filled =
  /\b(?:for|select)[ \t]+([A-Za-z_]\w*)[ \t\n]+in\b|\bread[ \t]+([^\n;&|<]*)|\b(?:mapfile|readarray)[ \t]+([^\n;&|<]*)|\bprintf[ \t]+-v[ \t]+([A-Za-z_]\w*)|\bgetopts[ \t]+\S+[ \t]+([A-Za-z_]\w*)|\(\([ \t]*([A-Za-z_]\w*)[ \t]*(?:[-+*/]?=[^=]|\+\+|--)/g
const asked = /(?:\[\[?[ \t]+(?:![ \t]+)?-v[ \t]+|\bprintenv[ \t]+)([A-Z_][A-Z0-9_]*)/g

/** `own`: names that are set before the script begins. Bounded by the length of the text. */
export function shellReads(script: string, own: ReadonlySet<string> = new Set()): ShellRead[] {
  const text = maskShell(script)
  const firstSet = assignedIn(text)
  const found: ShellRead[] = []
  const add = (
    key: string,
    offset: number,
    operator: string,
    after: number,
    indirect: boolean,
  ): void => {
    const named = isEnvironmentName(key) || /^[A-Z][A-Z0-9]+_[A-Z]\w*$/.test(key)
    if (!named || given.has(key) || own.has(key) || indirect) return
    if (key.startsWith('BASH') || text[offset - 1] === '\\' || found.length >= 20_000) return
    const set = firstSet.get(key)
    const fallback = operator !== '' && !operator.includes('+')
    // a name that the script sets is taken from outside only where it says so: `X=${X:-1}`, `: "${X:?}"`
    const before = set !== undefined && offset < set.start && fallback
    if (set !== undefined && !before && !isOwnValue(text, set.start, offset)) return
    found.push({ key, offset, ...withoutProbe(meaningOf(text, after, operator)) })
  }
  for (const match of text.matchAll(reference)) {
    const [whole, mark = '', braced, operator = '', plain] = match
    add(braced ?? plain!, match.index, operator, match.index + whole.length, mark === '!')
  }
  for (const match of text.matchAll(asked)) add(match[1]!, match.index, '', match.index, false)
  return found
}

function withoutProbe(meaning: ReturnType<typeof meaningOf>): Omit<ShellRead, 'key' | 'offset'> {
  const { probed: _, ...rest } = meaning
  return rest
}

interface Assigned {
  /** Of the first assignment. */
  start: number
}

/** Whether a reference there is part of the assignment's own value: `X=${X:-1}`. */
function isOwnValue(text: string, start: number, offset: number): boolean {
  return (
    offset > start &&
    offset - start < 2000 &&
    !/[;&|\n]/.test(text.slice(start, offset).replace(/^[\s;&|({`]+/, ''))
  )
}

function assignedIn(text: string): Map<string, Assigned> {
  const found = new Map<string, Assigned>()
  const set = (name: string, start: number): void => {
    const known = found.get(name)
    if (!known || known.start > start) found.set(name, { start })
  }
  for (const match of text.matchAll(assignment)) set(match[2]!, match.index)
  for (const match of text.matchAll(listed)) {
    const isExport = match[0].startsWith('export')
    for (const [, name, equals] of match[2]!.matchAll(/(?:^|[ \t])([A-Za-z_]\w*)(=?)/g))
      if (equals || !isExport) set(name!, match.index)
  }
  for (const match of text.matchAll(filled))
    for (const group of match.slice(1))
      for (const name of (group ?? '').split(/[ \t]+/))
        if (/^[A-Za-z_]\w*$/.test(name)) set(name, match.index)
  return found
}
