import type { Attributes } from '../../../src/store/traces/trace.ts'
import { formatAttribute } from '../format/trace-words.ts'

/** Attributes as names and values, in the order of their names. */
export function AttributeList({ attributes }: { attributes: Attributes }) {
  const entries = Object.entries(attributes).toSorted(([a], [b]) => (a < b ? -1 : 1))
  if (entries.length === 0) return <p className="quiet">No attributes.</p>
  return (
    <dl className="attributes">
      {entries.map(([key, value]) => (
        <div key={key}>
          <dt>{key}</dt>
          <dd>
            <code>{formatAttribute(value)}</code>
          </dd>
        </div>
      ))}
    </dl>
  )
}
