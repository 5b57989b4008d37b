/// <reference lib="dom" />
/**
 * Runs in a page: finds texts, also in plots, with a contrast below 4.5 to their background.
 *
 * @see https://www.w3.org/TR/WCAG22/#contrast-minimum
 */
export function contrastProblems(): string[] {
  const channels = (colour: string) => (colour.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = (colour: string) => {
    const [red = 0, green = 0, blue = 0] = channels(colour)
      .slice(0, 3)
      .map((value) => value / 255)
      .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const behind = (element: Element): string => {
    for (let one: Element | null = element; one; one = one.parentElement) {
      const { backgroundColor } = getComputedStyle(one);
      if (channels(backgroundColor)[3] !== 0) return backgroundColor;
    }
    return 'rgb(255, 255, 255)';
  };
  const own = (element: Element) =>
    [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim());
  const problems = new Set<string>();
  for (const element of document.body.querySelectorAll('*')) {
    if (!own(element) || element.getClientRects().length === 0) continue;
    const style = getComputedStyle(element);
    const colour = element.namespaceURI?.endsWith('svg') ? style.fill : style.color;
    const [one, other] = [luminance(colour), luminance(behind(element))].sort((a, b) => b - a) as [
      number,
      number,
    ];
    const contrast = (one + 0.05) / (other + 0.05);
    if (contrast < 4.5)
      problems.add(
        `${contrast.toFixed(2)}: ${colour} on ${behind(element)}: ${element.textContent?.slice(0, 40)}`,
      );
  }
  return [...problems];
}
