import type { At, FileChange, HistoryCommit, PlaceRecord, VersionFacts } from './history.ts'

/** A file at a commit. `places` holds what is gone too, with `''` as its last print; undefined = not looked into yet. */
interface FileState {
  blob: string | null
  places: ReadonlyMap<string, PlaceRecord> | undefined
}

type State = ReadonlyMap<string, FileState>
type Places = ReadonlyMap<string, PlaceRecord>
type FactsOf = (version: { path: string; blob: string }) => VersionFacts | undefined

const mostEvents = 20
/** Seconds between a commit that takes a place away and one that brings it elsewhere, for the two to be a move. */
const longestMove = 30 * 86_400
const nothing: VersionFacts = new Map()

/**
 * Follows every place of every file from the first commit to the last one, by what it means. Pure. Text that is written
 * otherwise (order, quotes, comments) is no change; a place that goes from one file and comes in another one, in the same
 * commit or a little later, has moved. In a merge a place takes its past from the first parent that means the same (what
 * git calls "treesame", here by place instead of by file), so that a merge changes only what it decides.
 *
 * `factsOf` gives undefined where a version cannot be read: the file then stays as it was. Commits before `from` are not
 * looked into: what stands there at that time is told as `bounded`.
 */
export function tracePlaces(
  commits: readonly HistoryCommit[],
  factsOf: FactsOf,
  from = 0,
): PlaceRecord[] {
  return new Tracing(commits, factsOf, from).run()
}

class Tracing {
  readonly #commits: readonly HistoryCommit[]
  readonly #factsOf: FactsOf
  readonly #from: number
  readonly #lookedInto = new WeakMap<FileState, Places>()

  constructor(commits: readonly HistoryCommit[], factsOf: FactsOf, from: number) {
    this.#commits = commits
    this.#factsOf = factsOf
    this.#from = from
  }

  run(): PlaceRecord[] {
    const commits = this.#commits
    const waiting = new Int32Array(commits.length)
    for (const { parents } of commits) for (const parent of parents) waiting[parent]! += 1
    const empty: State = new Map()
    const states: (State | undefined)[] = Array.from({ length: commits.length })
    for (let index = 0; index < commits.length; index += 1) {
      const { parents, changes } = commits[index]!
      const above = parents.map((parent) => states[parent] ?? empty)
      states[index] = changes.length === 0 ? (above[0] ?? empty) : this.#after(index, above)
      for (const parent of parents) {
        // what no later commit builds on is not needed any more
        if ((waiting[parent]! -= 1) === 0) states[parent] = undefined
      }
    }
    const last = states.at(-1) ?? empty
    return [...last].flatMap(([path, file]) => [...this.#placesOf(path, file).values()])
  }

  #after(index: number, [first = new Map(), ...others]: State[]): State {
    const { changes, bounded } = this.#commits[index]!
    const after = new Map(first)
    if (index < this.#from) {
      for (const { path, blob } of changes) {
        if (blob === null) after.delete(path)
        else after.set(path, { blob, places: undefined })
      }
      return after
    }
    const step: Step = { at: { commit: index, bounded }, gone: [], come: [], drafts: new Map() }
    for (const change of changes) this.#take(change, first, others, after, step)
    this.#settle(step, first, after)
    for (const [path, places] of step.drafts) {
      const blob = after.get(path)?.blob ?? null
      // a file that is gone is kept as long as something of it may come back
      if (places.size > 0 || blob !== null) after.set(path, { blob, places })
      else after.delete(path)
    }
    return after
  }

  #take(
    { path, blob }: FileChange,
    first: State,
    others: readonly State[],
    after: Map<string, FileState>,
    step: Step,
  ): void {
    const follows = others.find((other) => (other.get(path)?.blob ?? null) === blob)
    if (follows !== undefined) {
      const file = follows.get(path)
      if (file === undefined) after.delete(path)
      else after.set(path, file)
      return
    }
    const facts = blob === null ? nothing : this.#factsOf({ path, blob })
    const before = this.#placesOf(path, first.get(path))
    after.set(path, { blob, places: before })
    if (facts === undefined) return
    const sides = others
      .filter((other) => other.has(path))
      .map((other) => this.#placesOf(path, other.get(path)))
    const places = new Map(before)
    for (const [place, print] of facts) {
      const known = [before, ...sides]
        .map((side) => side.get(place))
        .find((record) => record !== undefined && printOf(record) === print)
      const old = places.get(place)
      if (known !== undefined) places.set(place, known)
      else if (isThere(old)) places.set(place, changed(old, print, step.at))
      else step.come.push({ path, place, print })
    }
    for (const [place, record] of before) {
      if (facts.has(place) || !isThere(record)) continue
      const without = sides.find((side) => !isThere(side.get(place)))
      if (without === undefined) step.gone.push(record)
      else if (without.has(place)) places.set(place, without.get(place)!)
      else places.delete(place)
    }
    step.drafts.set(path, places)
  }

  /** What came is what went elsewhere, where they mean the same; else it is new, or set again. */
  #settle({ at, gone, come, drafts }: Step, first: State, after: Map<string, FileState>): void {
    const left = Map.groupBy(gone, (record) => nameOf(record.place, printOf(record)))
    const lost = come.length === 0 ? undefined : this.#lostPlaces(first, at)
    for (const { path, place, print } of come) {
      const places = drafts.get(path)!
      const name = nameOf(place, print)
      const going = left.get(name) ?? []
      const from =
        going.find((one) => one.place === place) ??
        going.find((one) => one.path === path) ??
        going[0]
      if (from !== undefined) {
        going.splice(going.indexOf(from), 1)
        drafts.get(from.path)?.delete(from.place)
        places.set(place, { ...from, path, place, moved: at })
        continue
      }
      const old = places.get(place)
      const returning = old === undefined ? lost?.get(name) : undefined
      if (returning !== undefined) {
        lost!.delete(name)
        forget(returning, drafts, after)
        const events = returning.events.slice(0, -1)
        places.set(place, {
          ...returning,
          path,
          place,
          events,
          changes: returning.changes - 1,
          moved: at,
        })
      } else if (old !== undefined) places.set(place, changed(old, print, at))
      else places.set(place, { path, place, events: [{ ...at, print }], changes: 0 })
    }
    for (const record of [...left.values()].flat()) {
      drafts.get(record.path)?.set(record.place, changed(record, '', at))
    }
  }

  /** By key and what they last meant: places that went a little earlier. */
  #lostPlaces(state: State, { commit }: At): Map<string, PlaceRecord> {
    const found = new Map<string, PlaceRecord>()
    const since = this.#commits[commit]!.time - longestMove
    for (const { places } of state.values()) {
      for (const record of places?.values() ?? []) {
        const last = record.events.at(-1)!
        const was = record.events.at(-2)
        if (last.print !== '' || was === undefined) continue
        if (this.#commits[last.commit]!.time >= since)
          found.set(nameOf(record.place, was.print), record)
      }
    }
    return found
  }

  #placesOf(path: string, file: FileState | undefined): Places {
    if (file === undefined) return new Map()
    if (file.places !== undefined) return file.places
    const known = this.#lookedInto.get(file)
    if (known !== undefined) return known
    const facts =
      file.blob === null ? nothing : (this.#factsOf({ path, blob: file.blob }) ?? nothing)
    const at: At = { commit: this.#from, bounded: true }
    const places = new Map<string, PlaceRecord>()
    for (const [place, print] of facts) {
      places.set(place, { path, place, events: [{ ...at, print }], changes: 0 })
    }
    this.#lookedInto.set(file, places)
    return places
  }
}

/** What one commit does. */
interface Step {
  at: At
  gone: PlaceRecord[]
  come: { path: string; place: string; print: string }[]
  drafts: Map<string, Map<string, PlaceRecord>>
}

function forget(
  { path, place }: PlaceRecord,
  drafts: Step['drafts'],
  after: Map<string, FileState>,
): void {
  const draft = drafts.get(path)
  if (draft !== undefined) {
    draft.delete(place)
    return
  }
  const file = after.get(path)
  if (file?.places === undefined) return
  const places = new Map(file.places)
  places.delete(place)
  after.set(path, { ...file, places })
}

const nameOf = (place: string, print: string): string => `${keyOf(place)}\0${print}`

function changed(record: PlaceRecord, print: string, at: At): PlaceRecord {
  const events = [...record.events, { ...at, print }]
  if (events.length > mostEvents) events.splice(1, 1)
  return { ...record, events, changes: record.changes + 1 }
}

/** The first part of a place's name. */
export const keyOf = (place: string): string => place.slice(0, place.indexOf('\0'))

/** What a place means now; '' = it is gone. */
export const printOf = (record: PlaceRecord): string => record.events.at(-1)!.print

function isThere(record: PlaceRecord | undefined): record is PlaceRecord {
  return record !== undefined && printOf(record) !== ''
}
