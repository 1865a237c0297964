package dev.greenlet.spring.waits;

/** What became of the hub. */
enum Finding {
  YIELDS("yields"),
  LENDS_AFTER_A_SECOND("lends after 1 s, reported"),
  KEEPS_AND_IS_REPORTED("keeps the hub, reported");

  private final String text;

  Finding(String text) {
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }
}
