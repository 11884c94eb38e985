import { Link, Outlet, useLocation } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'

/** What every page stands in: the name, the way back to the list, and the place for the rest. */
export function Frame() {
  const main = useFocusOnNavigation()
  return (
    <>
      <a className="skip" href="#content">
        Skip to the content
      </a>
      <header className="masthead">
        <div className="measure masthead-row">
          <Link to="/" className="wordmark">
            <svg viewBox="0 0 18 14" aria-hidden="true">
              <path d="M0 1h8v12H0z" fill="currentColor" />
              <path d="M10.75 1v12M13.75 1v12M16.75 1v12" stroke="currentColor" strokeWidth="1.5" />
            </svg>
            Aftergreen
          </Link>
          <nav aria-label="Main">
            <Link to="/" activeOptions={{ exact: true }}>
              Releases
            </Link>
            <Link to="/incidents">Incidents</Link>
          </nav>
        </div>
      </header>
      <main id="content" ref={main} tabIndex={-1}>
        <Outlet />
      </main>
      <footer className="colophon">
        <p className="measure">
          <span className="swatch-solid" aria-hidden="true" /> Solid: evidence.{' '}
          <span className="swatch-hatched" aria-hidden="true" /> Hatched: nobody has looked yet, or
          not long enough.
        </p>
      </footer>
    </>
  )
}

/** After a click on a link the keyboard continues in the new page, not in the old one's place. */
function useFocusOnNavigation() {
  const { pathname } = useLocation()
  const main = useRef<HTMLElement>(null)
  const seen = useRef(pathname)
  useEffect(() => {
    if (seen.current === pathname) return
    seen.current = pathname
    main.current?.focus({ preventScroll: true })
  }, [pathname])
  return main
}
