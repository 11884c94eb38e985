import { useQuery } from '@tanstack/react-query'
import type { CurveCell, PlantKind } from '../../../src/releases/drill/self-check.ts'
import { selfCheckQuery } from '../api/queries.ts'
import { formatShare } from '../format/number.ts'

/** What was found of what was planted, by size of the cohort and of the effect. */
export function SelfCheckCurve({ path }: { path: string }) {
  const run = useQuery(selfCheckQuery(path)).data?.selfChecks[0]
  if (run === undefined) return null
  const { curve } = run.drills
  return (
    <details>
      <summary>What was found, by cohort and size</summary>
      <CurveTable kind="failures" cells={curve.filter(({ kind }) => kind === 'failures')} />
      <CurveTable kind="delay" cells={curve.filter(({ kind }) => kind === 'delay')} />
    </details>
  )
}

const captions: Record<PlantKind, string> = {
  failures: 'Failures: found of planted, by the share of the cohort’s requests that fail',
  delay: 'Delays: found of planted, by how many times as long the requests take',
}

function CurveTable({ kind, cells }: { kind: PlantKind; cells: readonly CurveCell[] }) {
  if (cells.length === 0) return null
  const effects = [...new Set(cells.map(({ effect }) => effect))].toSorted((a, b) => a - b)
  const shares = [...new Set(cells.map(({ share }) => share))].toSorted((a, b) => b - a)
  return (
    <div className="table-frame" tabIndex={0} role="region" aria-label={captions[kind]}>
      <table>
        <caption className="quiet">{captions[kind]}</caption>
        <thead>
          <tr>
            <th scope="col">Cohort</th>
            {effects.map((effect) => (
              <th scope="col" key={effect}>
                {kind === 'failures' ? formatShare(effect) : `${effect}×`}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shares.map((share) => (
            <tr key={share}>
              <th scope="row">{share === 1 ? 'all requests' : `about ${formatShare(share)}`}</th>
              {effects.map((effect) => (
                <td key={effect}>{found(cells, share, effect)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function found(cells: readonly CurveCell[], share: number, effect: number): string {
  const cell = cells.find((each) => each.share === share && each.effect === effect)
  return cell === undefined ? '–' : `${cell.found} of ${cell.planted}`
}
