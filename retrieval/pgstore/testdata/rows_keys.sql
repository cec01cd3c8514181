ALTER TABLE term ADD PRIMARY KEY (id), ADD UNIQUE (term);
ALTER TABLE posting ADD PRIMARY KEY (term, chunk) INCLUDE (count, length);
