package dev.greenlet.spring.web.tomcat;

/** A task of Tomcat that can tell which connection it serves. */
interface ConnectionTask extends Runnable {

  /** The connection. Asked after the task has been handed to the executor and before it runs. */
  Object connection();
}
