package dev.greenlet.spring.waits;

/** When a greenlet of the same lane has run. */
enum ServedBystander {
  AT_ONCE("at once"),
  AFTER_A_SECOND("after 1 s");

  private final String text;

  ServedBystander(String text) {
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }
}
