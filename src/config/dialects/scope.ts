/** Names and values while a dotenv text is read from top to bottom, and what the reading may cost. */

/** Thrown while a value is made: it depends on something that is not told. The message is one sentence. */
export class Unknowable extends Error {}

/** Thrown while a value is made: the reader stops with an error there, and refuses the file. */
export class Refused extends Error {}

/** Characters that the replacing of references may look at, for one text. */
const work = 50_000_000
const longestValue = 4_000_000

export class Scope {
  readonly file = new Map<string, string | Unknowable>()
  readonly environment: ReadonlyMap<string, string> | undefined
  #work = work

  /** `environment` undefined = not told: what is in neither can then only be answered by a default. */
  constructor(environment: ReadonlyMap<string, string> | undefined) {
    this.environment = environment
  }

  /** The value of a name; undefined = unset. Throws `Unknowable` if it is in the file, but nobody can tell it. */
  lookUp(name: string, first: 'file' | 'environment'): string | undefined {
    const inEnvironment = this.environment?.get(name)
    if (first === 'environment' && inEnvironment !== undefined) return inEnvironment
    const inFile = this.file.get(name)
    if (inFile instanceof Unknowable) {
      throw new Unknowable('It depends on a key whose value is not known.')
    }
    return inFile ?? inEnvironment
  }

  /** The value of a name that is nowhere: empty, unless it may come from an environment that is not told. */
  missing(name: string): string {
    if (this.environment === undefined) {
      throw new Unknowable(`It depends on ${shown(name)}, which is not in this text.`)
    }
    return ''
  }

  spend(characters: number): void {
    this.#work -= characters + 1
    if (this.#work < 0) throw new Unknowable('Its references take too long to replace.')
  }

  /** For values that grow by references to references. */
  bounded(value: string): string {
    if (value.length > longestValue) throw new Unknowable('Its references make it too long.')
    this.spend(value.length)
    return value
  }
}

function shown(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]{0,60}$/.test(name) ? name : 'a name'
}
