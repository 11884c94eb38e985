/** Ways to break the judge on purpose: `swapped` exchanges the versions, `peeking` tests at the 5 % level at every look. */
export const plantedBugs = ['swapped', 'peeking'] as const
export type PlantedBug = (typeof plantedBugs)[number]
