import type { ReactNode } from 'react'

/** A part of the page: its name in the margin, its content beside it. */
export function Section(props: { id: string; title: string; note?: string; children: ReactNode }) {
  return (
    <section className="section" id={props.id} aria-labelledby={`${props.id}-title`}>
      <div className="section-margin">
        <h2 id={`${props.id}-title`}>{props.title}</h2>
        {props.note !== undefined && <p>{props.note}</p>}
      </div>
      <div className="section-body">{props.children}</div>
    </section>
  )
}
