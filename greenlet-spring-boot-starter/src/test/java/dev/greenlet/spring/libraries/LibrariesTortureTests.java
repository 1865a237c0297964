package dev.greenlet.spring.libraries;

/** A few cuts of each library. */
class LibrariesTortureTests extends LibrariesTorture {
  LibrariesTortureTests() {
    super(32);
  }
}
