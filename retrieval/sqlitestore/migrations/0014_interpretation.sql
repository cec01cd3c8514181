-- What interprets a document names its title, and is found by it.
CREATE INDEX document_title ON document (title) WHERE state = 'current';
CREATE INDEX document_interpretation ON document (title) WHERE state = 'current' AND kind = '解读';
