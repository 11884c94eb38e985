import type { Release } from '../../../src/releases/release.ts'
import type { Comparison } from '../../../src/releases/verdict.ts'
import { formatEValue } from '../format/e-value.ts'
import { formatShare } from '../format/number.ts'

/** Attributes whose mix differs between the sides: a reason to distrust the comparison. */
export function PopulationShift(props: {
  release: Release
  shifts: Comparison['populationShift']
}) {
  const { release, shifts } = props
  return (
    <div className="caution">
      <p>
        <strong>The two sides are not the same people.</strong> These shares differ by more than
        chance allows, so a difference between the sides may come from them and not from the
        version.
      </p>
      <div className="table-frame" tabIndex={0} role="region" aria-label="Shares that differ">
        <table>
          <thead>
            <tr>
              <th scope="col">Attribute</th>
              <th scope="col">{release.baselineVersion ?? 'Baseline'}</th>
              <th scope="col">{release.version}</th>
              <th scope="col">E-value</th>
            </tr>
          </thead>
          <tbody>
            {shifts.map(({ attribute, value, baselineShare, candidateShare, eValue }) => (
              <tr key={`${attribute}=${value}`}>
                <th scope="row">
                  <code>
                    {attribute} = {value}
                  </code>
                </th>
                <td>{formatShare(baselineShare)}</td>
                <td>{formatShare(candidateShare)}</td>
                <td>{formatEValue(eValue)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  )
}
