/** One line of a terminal that says what is being waited for. Where there is no terminal, nothing. */
export class Progress {
  show(text: string): void {
    if (process.stdout.isTTY) process.stdout.write(`\r\u001b[2K  Starting: ${text} …`);
  }

  clear(): void {
    if (process.stdout.isTTY) process.stdout.write('\r\u001b[2K');
  }
}
