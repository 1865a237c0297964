package dev.greenlet.bench.app;

import org.springframework.web.bind.annotation.RestController;

/** Handlers without an annotation. */
@RestController
class PlainController extends BlockingHandlers {
  PlainController(Dependencies dependencies) {
    super(dependencies);
  }
}
