package dev.greenlet.spring.libraries;

import org.junit.jupiter.api.Tag;

/** A thousand cuts of each library. */
@Tag("soak")
class LibrariesTortureSoakTests extends LibrariesTorture {
  LibrariesTortureSoakTests() {
    super(1_000);
  }
}
