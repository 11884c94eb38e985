import { Refused } from './scope.ts'
import type { Scope } from './scope.ts'

/**
 * References of Compose (compose-go `template/template.go`), in its files and in its dotenv files: `$NAME`, `${NAME}`,
 * the operators `:- - :+ + :? ?` with references nested in what follows them, and `$$`. Throws `Refused` at an invalid
 * one and at a required variable that is missing: Compose stops there.
 */
export function expandCompose(template: string, scope: Scope): string {
  return scope.bounded(substitute(template, scope, 0))
}

const deepest = 200
const plain = /\$(?:\$|[_a-z][_a-z0-9]*|\{)/gi
const opened = /([_a-z][_a-z0-9]*)(?:(:?[-+?])|\})/iy

function substitute(template: string, scope: Scope, depth: number): string {
  if (depth > deepest) throw new Refused('References are nested too deeply.')
  scope.spend(template.length)
  const parts: string[] = []
  const line = new LineBraces(template)
  let done = 0
  const search = new RegExp(plain)
  for (let match = search.exec(template); match !== null; match = search.exec(template)) {
    const start = match.index
    parts.push(template.slice(done, start))
    done = search.lastIndex
    if (match[0] === '$$') parts.push('$')
    else if (match[0] !== '${') {
      const name = match[0].slice(1)
      parts.push(scope.lookUp(name, 'environment') ?? scope.missing(name))
    } else {
      opened.lastIndex = done
      const [all, name, operator] = opened.exec(template) ?? []
      if (all === undefined || name === undefined) throw invalid()
      if (operator === undefined) {
        parts.push(scope.lookUp(name, 'environment') ?? scope.missing(name))
        done += all.length
      } else {
        const close = line.closing(start, done + all.length)
        const word = template.slice(done + all.length, close)
        parts.push(replaced({ name, operator, word }, scope, depth))
        done = close + 1
      }
    }
    search.lastIndex = done
  }
  parts.push(template.slice(done))
  return scope.bounded(parts.join(''))
}

function invalid(): Refused {
  return new Refused('A reference is not closed or has no name.')
}

/** Where references with an operator end: at the brace that balances, else at the last one of the line. */
class LineBraces {
  readonly #text: string
  #lineEnd = -1
  #last = -1

  constructor(text: string) {
    this.#text = text
  }

  closing(start: number, word: number): number {
    if (this.#lineEnd < start) {
      const end = this.#text.indexOf('\n', start)
      this.#lineEnd = end === -1 ? this.#text.length : end
      this.#last = this.#text.lastIndexOf('}', this.#lineEnd)
    }
    if (this.#last < word) throw invalid()
    let open = 0
    for (let at = start; at <= this.#last; at += 1) {
      if (this.#text[at] === '}') {
        open -= 1
        if (open === 0) return at
      }
      // the character behind an opening brace is never looked at
      if (this.#text[at] === '{') {
        open += 1
        at += 1
      }
    }
    return this.#last
  }
}

interface Reference {
  name: string
  operator: string
  word: string
}

function replaced({ name, operator, word }: Reference, scope: Scope, depth: number): string {
  const value = scope.lookUp(name, 'environment')
  const counts = value !== undefined && (operator[0] !== ':' || value !== '')
  if (operator.endsWith('-')) return counts ? value : substitute(word, scope, depth + 1)
  if (operator.endsWith('+')) return counts ? substitute(word, scope, depth + 1) : (value ?? '')
  if (counts) return value
  if (value === undefined) scope.missing(name)
  throw new Refused(`The required variable ${name} is missing.`)
}
