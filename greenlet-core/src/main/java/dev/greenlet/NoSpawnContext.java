package dev.greenlet;

/** Carries nothing over. */
enum NoSpawnContext implements SpawnContext, SpawnContext.Captured, Runnable {
  INSTANCE;

  @Override
  public Captured capture() {
    return this;
  }

  @Override
  public Runnable restore() {
    return this;
  }

  @Override
  public void run() {
    // nothing to set back
  }
}
