import { createRootRoute, createRoute, createRouter } from '@tanstack/react-router'
import { Frame } from './pages/frame.tsx'
import { IncidentsPage } from './pages/incidents-page.tsx'
import { ListPage } from './pages/list-page.tsx'
import { NotFoundPage } from './pages/not-found-page.tsx'
import { ReleasePage } from './pages/release-page.tsx'
import { TracePage } from './pages/trace-page.tsx'
import { Trouble } from './parts/trouble.tsx'

const rootRoute = createRootRoute({ component: Frame, notFoundComponent: NotFoundPage })

const listRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  component: ListPage,
})

const incidentsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/incidents',
  component: IncidentsPage,
})

const releaseRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/releases/$id',
  component: function ReleaseRoute() {
    const { id } = releaseRoute.useParams()
    // a fresh page for each release: nothing of one is ever shown as the other's
    return <ReleasePage key={id} id={id} />
  },
})

const traceRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/traces/$id',
  component: function TraceRoute() {
    const { id } = traceRoute.useParams()
    return <TracePage key={id} id={id} />
  },
})

export const router = createRouter({
  routeTree: rootRoute.addChildren([listRoute, incidentsRoute, releaseRoute, traceRoute]),
  defaultPreload: false,
  scrollRestoration: true,
  defaultErrorComponent: ({ error }) => (
    <Trouble error={error instanceof Error ? error : new Error('This page could not be drawn.')} />
  ),
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
