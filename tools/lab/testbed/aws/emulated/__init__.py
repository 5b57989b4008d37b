"""What the emulator adds to moto: real functions, stacks with states, time, throttling and failures on demand."""
