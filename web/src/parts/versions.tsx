import type { Release } from '../../../src/releases/release.ts'

/** `1.9.0 → 2.0.0`, or the new version alone where the old one is not known. */
export function Versions({ release }: { release: Release }) {
  return (
    <span className="versions">
      {release.baselineVersion !== null && (
        <>
          {release.baselineVersion} <span aria-label="to">→</span>{' '}
        </>
      )}
      {release.version}
    </span>
  )
}
