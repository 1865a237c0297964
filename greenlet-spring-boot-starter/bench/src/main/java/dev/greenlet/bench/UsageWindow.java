package dev.greenlet.bench;

import dev.greenlet.bench.load.Driver;
import dev.greenlet.bench.process.Usage;

/** What a process has used at the borders of a window. */
final class UsageWindow implements Driver.Window {
  private final long pid;
  private Usage before = Usage.NONE;
  private Usage after = Usage.NONE;

  UsageWindow(long pid) {
    this.pid = pid;
  }

  @Override
  public void begin() {
    before = Usage.of(pid);
  }

  @Override
  public void end() {
    after = Usage.of(pid);
  }

  Usage before() {
    return before;
  }

  Usage after() {
    return after;
  }
}
