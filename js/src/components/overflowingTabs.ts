// Which tabs have no room. Pure.

/** In CSS pixels: how much room there is for tabs, what each takes, and what the menu of the others does. */
export interface TabSizes {
  readonly room: number;
  readonly menu: number;
  readonly widths: ReadonlyMap<string, number>;
}

/** The tabs for which there is no room: the last ones, but none of those that `stay`. */
export function overflowingTabs(
  ids: readonly string[],
  stay: readonly string[],
  { room, menu, widths }: TabSizes,
): ReadonlySet<string> {
  const widthOf = (id: string) => widths.get(id) ?? 0;
  const sum = (some: readonly string[]) => some.reduce((total, id) => total + widthOf(id), 0);
  if (sum(ids) <= room) return new Set();
  let left = room - menu - sum(stay);
  let full = false;
  const away = ids.filter((id) => {
    if (stay.includes(id)) return false;
    left -= widthOf(id);
    full ||= left < 0;
    return full;
  });
  return new Set(away);
}
