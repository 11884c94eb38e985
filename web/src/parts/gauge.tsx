/** Solid for what is known, hatched for what is not. Decoration: the words beside it say the same. */
export function Gauge({ progress, title }: { progress: number; title?: string }) {
  const share = Math.min(1, Math.max(0, progress))
  return (
    <span className="gauge" title={title} aria-hidden="true">
      <span style={{ width: `${share * 100}%` }} />
    </span>
  )
}
