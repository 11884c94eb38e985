import type { AttributeSet } from '../../otlp/attribute-set.ts'
import { attributeTypes } from '../../otlp/attribute-type.ts'
import type { ColumnBatch } from '../../otlp/column-batch.ts'
import type { PromotedBlockColumn } from './block-columns.ts'
import type { ContextRun } from './context-runs.ts'
import { MapColumn } from './map-column.ts'
import { PromotedColumn } from './promoted-column.ts'

/** Commits of ordinary size have a tenth of it. */
const mostRowsKept = 250_000

/** Distributes the attributes of all rows over the columns of a layout. Its memory is used again for the next batch. */
export class AttributeDistributor {
  readonly maps = attributeTypes.map((_, type) => new MapColumn(type))
  /** By position in the layout; undefined where no row has a value. */
  promoted: (PromotedColumn | undefined)[] = []
  /** By slot (key * 8 + type): position in `#columns` + 1, or 0 for the map. */
  #targets = new Uint16Array(512)
  readonly #columns: PromotedColumn[] = []

  distribute(
    batch: ColumnBatch,
    promoted: readonly PromotedBlockColumn[],
    runs: readonly ContextRun[],
  ): void {
    for (const map of this.maps) map.clear()
    this.#plan(batch, promoted)
    for (const run of runs) this.#distributeRun(batch, run)
  }

  /** Gives the memory back when a block was unusually large. */
  release(rows: number): void {
    if (rows <= mostRowsKept) return
    this.promoted = []
    this.#columns.length = 0
    for (const map of this.maps) map.release()
  }

  #plan(batch: ColumnBatch, promoted: readonly PromotedBlockColumn[]): void {
    const { keys, rows, arena } = batch
    if (this.#targets.length < keys.size * 8) this.#targets = new Uint16Array(keys.size * 16)
    else this.#targets.fill(0)
    let used = 0
    this.promoted = promoted.map(({ key, attributeType, isPlain }) => {
      const number = keys.find(key)
      if (number < 0) return undefined
      const column = (this.#columns[used] ??= new PromotedColumn(arena))
      column.begin(attributeType, isPlain, rows, arena)
      this.#targets[number * 8 + attributeType] = ++used
      return column
    })
  }

  #distributeRun(batch: ColumnBatch, run: ContextRun): void {
    const { attributes, attributeEnds, contexts, arena } = batch
    const { view } = arena
    const [maps, targets, columns] = [this.maps, this.#targets, this.#columns]
    const inherited = run.inherits ? this.#inherit(batch, run) : []
    const { slots, low: lows, high: highs } = attributes
    let at = run.start === 0 ? 0 : attributeEnds.data[run.start - 1]!
    for (let row = run.start; row < run.end; row++) {
      for (const end = attributeEnds.data[row]!; at < end; at++) {
        const slot = slots[at]!
        const target = targets[slot]!
        if (target === 0) maps[slot & 7]!.add(view, slot >>> 3, lows[at]!, highs[at]!)
        else columns[target - 1]!.set(row, row + 1, lows[at]!, highs[at]!)
      }
      for (const position of inherited) addToMap(maps, view, contexts.attributes, position)
      for (const map of maps) map.ends.push(map.keys.length)
    }
  }

  /** Sets the columns of what the rows of a run have from their context; returns the positions of what goes into maps. */
  #inherit(batch: ColumnBatch, run: ContextRun): number[] {
    const { attributes, ends } = batch.contexts
    const inMaps: number[] = []
    let at = run.context === 0 ? 0 : ends.data[run.context - 1]!
    for (; at < ends.data[run.context]!; at++) {
      const target = this.#targets[attributes.slots[at]!]!
      if (target === 0) inMaps.push(at)
      else {
        const column = this.#columns[target - 1]!
        column.set(run.start, run.end, attributes.low[at]!, attributes.high[at]!)
      }
    }
    return inMaps
  }
}

function addToMap(
  maps: readonly MapColumn[],
  view: DataView,
  { slots, low, high }: AttributeSet,
  at: number,
): void {
  const slot = slots[at]!
  maps[slot & 7]!.add(view, slot >>> 3, low[at]!, high[at]!)
}
