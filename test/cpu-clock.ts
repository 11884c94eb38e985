/** Milliseconds of this process's own work since the clock was made: what else the machine does is not counted. */
export function cpuClock(): () => number {
  const start = process.cpuUsage()
  return () => {
    const { user, system } = process.cpuUsage(start)
    return (user + system) / 1000
  }
}
