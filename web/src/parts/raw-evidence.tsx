import { releasePath } from '../api/queries.ts'
import { Section } from './section.tsx'

/** Everything on this page as the documents it was made from. */
export function RawEvidence({ id }: { id: string }) {
  return (
    <Section id="raw" title="Raw evidence" note="Everything on this page, as JSON.">
      <ul className="raw">
        <li>
          <a href={releasePath(id)}>The verdict</a>
        </li>
        <li>
          <a href={releasePath(id, '/evidence')}>Figures and distributions</a>
        </li>
        <li>
          <a href={releasePath(id, '/history')}>The verdicts so far</a>
        </li>
      </ul>
    </Section>
  )
}
