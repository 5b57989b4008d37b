import { beforeEach, expect, it, vi } from 'vitest';
import { main } from './main.ts';

const printed = { log: vi.spyOn(console, 'log'), error: vi.spyOn(console, 'error') };
beforeEach(() => {
  for (const spy of Object.values(printed)) spy.mockReset().mockReturnValue();
});

it('refuses to work outside of a workspace, with the way out', async () => {
  expect(await main(undefined, ['topology'])).toBe(2);
  expect(printed.error).toHaveBeenCalledWith(
    expect.stringContaining('neither this folder nor one above it has an nx.json'),
  );
});

it('shows help outside of a workspace, too', async () => {
  expect(await main(undefined, ['topology', '--help'])).toBe(0);
  expect(printed.log).toHaveBeenCalledWith(expect.stringContaining('Usage: nanos topology'));
  expect(printed.error).not.toHaveBeenCalled();
});

it('lists the commands when one does not exist', async () => {
  expect(await main(undefined, ['topologie'])).toBe(2);
  expect(printed.error).toHaveBeenCalledWith(
    expect.stringMatching(/no command "topologie".*\n {2}topology/s),
  );
});
